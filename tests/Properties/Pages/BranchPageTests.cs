using KvCow.Engine.Pages;
using KvCow.Tests.Support;

namespace KvCow.Tests.Properties.Pages;

public sealed class BranchPageTests
{
    [Theory, Seeds(40, Shared = true)]
    public void A_branch_of_4_KiB_agrees_with_lists(int seed) =>
        new Run(new Random(seed), 4096).Steps(500);

    [Theory, Seeds(8, Shared = true)]
    public void A_branch_of_64_KiB_agrees_with_lists(int seed) =>
        new Run(new Random(seed), 65536).Steps(1500);

    private sealed class Run(Random random, int pageBytes)
    {
        private readonly KeySet _keys = new(random, PageLimits.KeyBytesMax(pageBytes));
        private readonly int _growth = random.Next(1, 12);

        public void Steps(int count)
        {
            BranchModel model = NewRoot();
            for (int step = 0; step < count; step++)
            {
                model = Step(model);
                model.Check();
                model.CheckSearch(_keys.Next());
                byte[] separator = model.Separators[random.Next(model.Separators.Count)];
                model.CheckSearch(separator);
                model.CheckSearch([.. separator, 0]);
                if (separator.Length > 0) model.CheckSearch(separator[..^1]);
            }
        }

        private BranchModel Step(BranchModel model)
        {
            int child = random.Next(model.Children.Count);
            switch (random.Next(13 + _growth))
            {
                case 0 or 1 or 2 when model.Separators.Count > 1:
                    BranchEdit.RemoveChild(model.Page, child);
                    model.Separators.RemoveAt(Math.Max(child - 1, 0));
                    model.Children.RemoveAt(child);
                    return model;
                case 3:
                    PageReference other = NextReference();
                    new BranchPageWriter(model.Page).SetChild(child, other);
                    new BranchPageWriter(model.Page).AddCount(child, 5);
                    model.Children[child] = other with { Count = other.Count + 5 };
                    return model;
                case 4 or 5 when model.Separators.Count > 0:
                    return Replace(model, random.Next(model.Separators.Count));
                default:
                    return Insert(model, _keys.Next());
            }
        }

        private BranchModel Insert(BranchModel model, byte[] separator)
        {
            int index = model.Separators.BinarySearch(separator, ByteOrder.Instance);
            if (index >= 0) return model;
            index = ~index;
            PageReference child = NextReference();
            byte[] before = [.. model.Page];
            bool fits = BranchEdit.TryInsert(model.Page, index, separator, child);
            model.Separators.Insert(index, separator);
            model.Children.Insert(index + 1, child);
            if (fits) return model;

            ByteOrder.AssertEqual(before, model.Page);
            return Split(model, index, separator, child);
        }

        /// <summary>Another separator that lies between the same neighbours.</summary>
        private BranchModel Replace(BranchModel model, int index)
        {
            byte[] old = model.Separators[index];
            byte[] separator = random.Next(3) switch
            {
                0 => _keys.Next(),
                1 => [.. old, (byte)random.Next(256)],
                _ => old[..random.Next(old.Length + 1)],
            };
            bool isInOrder = separator.Length <= PageLimits.KeyBytesMax(pageBytes)
                && (index == 0 || IsBelow(model.Separators[index - 1], separator))
                && (index == model.Separators.Count - 1
                    || IsBelow(separator, model.Separators[index + 1]));
            if (!isInOrder) return model;

            byte[] before = [.. model.Page];
            if (BranchEdit.TryReplaceSeparator(model.Page, index, separator))
                model.Separators[index] = separator;
            else
                ByteOrder.AssertEqual(before, model.Page);
            return model;
        }

        private static bool IsBelow(byte[] a, byte[] b) => ByteOrder.Instance.Compare(a, b) < 0;

        private BranchModel Split(
            BranchModel model, int index, byte[] separator, PageReference child)
        {
            byte[] right = NewPage();
            byte[] up = new byte[PageLimits.KeyBytesMax(pageBytes)];
            int length = BranchEdit.InsertAndSplit(
                model.Page, right, index, separator, child, up, (SplitBias)random.Next(3));
            up = up[..length];
            int middle = model.Separators.BinarySearch(up, ByteOrder.Instance);
            Assert.InRange(middle, 1, model.Separators.Count - 2);
            BranchModel lower = new(
                model.Page, model.Separators.Take(middle), model.Children.Take(middle + 1));
            BranchModel upper = new(
                right, model.Separators.Skip(middle + 1), model.Children.Skip(middle + 1));
            return Join(lower, up, upper) ?? (random.Next(2) == 0 ? lower : upper);
        }

        private static BranchModel? Join(BranchModel lower, byte[] between, BranchModel upper)
        {
            byte[] before = [.. lower.Page];
            if (BranchEdit.TryMerge(lower.Page, between, upper.Page))
            {
                return new BranchModel(
                    lower.Page, [.. lower.Separators, between, .. upper.Separators],
                    lower.Children.Concat(upper.Children));
            }

            ByteOrder.AssertEqual(before, lower.Page);
            return null;
        }

        private BranchModel NewRoot()
        {
            byte[] page = NewPage();
            byte[] separator = _keys.Next();
            PageReference left = NextReference();
            PageReference right = NextReference();
            BranchEdit.InitializeRoot(
                page, new PageId(9), new TransactionId(5), 2, left, separator, right);
            return new BranchModel(page, [separator], [left, right]);
        }

        private byte[] NewPage()
        {
            byte[] page = new byte[pageBytes];
            random.NextBytes(page);
            PageHeader.Initialize(page, new PageId(9), new TransactionId(5), PageKind.Branch);
            page[PageHeader.LevelOffset] = 2;
            return page;
        }

        private PageReference NextReference() => new(
            new PageId((uint)random.Next(2, int.MaxValue)), (uint)random.Next(),
            new TransactionId((ulong)random.Next(1, int.MaxValue)),
            (ulong)random.Next(1, int.MaxValue));
    }
}
