using System.Globalization;
using System.Text.RegularExpressions;

namespace KvCow.Bench.Instructions;

/// <summary>Whose instruction lies where: the map that the runtime writes for profilers.</summary>
internal sealed partial class MethodMap
{
    private const string Native = "native code";

    private readonly List<(ulong Start, ulong End, string Name)> _methods = [];

    /// <summary>Of a process that runs with <c>DOTNET_PerfMapEnabled=1</c>.</summary>
    public MethodMap(int process)
    {
        string path = Path.Combine(Path.GetTempPath(), $"perf-{process}.map");
        foreach (string line in File.ReadLines(path))
        {
            string[] parts = line.Split(' ', 3);
            if (parts.Length < 3 || !TryHex(parts[0], out ulong start)
                || !TryHex(parts[1], out ulong size)) continue;
            _methods.Add((start, start + size, Short(parts[2])));
        }

        _methods.Sort();
        File.Delete(path);
    }

    public string NameAt(ulong address)
    {
        int low = 0;
        int high = _methods.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_methods[middle].Start <= address) low = middle + 1;
            else high = middle;
        }

        return low > 0 && address < _methods[low - 1].End ? _methods[low - 1].Name : Native;
    }

    private static bool TryHex(string text, out ulong value) => ulong.TryParse(
        text.StartsWith("0x", StringComparison.Ordinal) ? text.AsSpan(2) : text,
        NumberStyles.HexNumber, CultureInfo.InvariantCulture, out value);

    /// <summary>Type and method, without assemblies, namespaces and parameters.</summary>
    private static string Short(string name)
    {
        Match match = TypeAndMethod().Match(name);
        return match.Success ? match.Value.Replace("::", ".", StringComparison.Ordinal) : name;
    }

    [GeneratedRegex(@"[A-Za-z0-9_`<>+]+::[A-Za-z0-9_<>.|]+")]
    private static partial Regex TypeAndMethod();
}
