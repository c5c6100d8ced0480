using System.Reflection;
using KvCow.Tests.Support;

namespace KvCow.Tests.Properties;

/// <summary>
/// The public surface is a text under review. To accept a change, run with
/// <c>KVCOW_ACCEPT_API=1</c> and commit the file that this rewrites.
/// </summary>
public sealed class PublicApiTests
{
    [Theory]
    [InlineData("src/Buckets", typeof(Database))]
    [InlineData("src/Engine", typeof(DatabaseException))]
    public void The_public_surface_is_the_one_reviewed(string folder, Type sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        string path = Path.Combine(Repository.Root, folder, "PublicApi.txt");
        string actual = PublicApi.Print(sample.Assembly);
        if (Environment.GetEnvironmentVariable("KVCOW_ACCEPT_API") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.ReadAllText(path), actual);
    }

    [Fact]
    public void A_bucket_to_read_cannot_be_changed()
    {
        string[] changes = ["Put", "Delete", "Clear", "Create", "Rename", "Move", "Next", "Set"];
        foreach (Type type in (Type[])[typeof(Bucket), typeof(ReadTransaction), typeof(Cursor)])
        {
            Assert.DoesNotContain(type.GetMethods(BindingFlags.Public | BindingFlags.Instance),
                method => changes.Any(name => method.Name.StartsWith(
                    name, StringComparison.Ordinal) && !method.Name.StartsWith(
                    "Move", StringComparison.Ordinal)));
        }
    }
}
