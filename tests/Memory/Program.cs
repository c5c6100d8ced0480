using System.Globalization;
using KvCow;
using KvCow.Tests.Memory;

// Shows that memory stays within a budget, whatever is done:
//     dotnet run -c Release --project tests/Memory -- [MEBIBYTES [BUDGET [FOLDER]]]
// One transaction changes so many MiB of pages (2048 by default), once ascending and once at
// random; then the file is scanned. The exit code is 1 if the process ever took 100 MB more than
// the budget of BUDGET MiB (64 by default).
long mebibytes = args.Length > 0 ? long.Parse(args[0], CultureInfo.InvariantCulture) : 2048;
long budget = args.Length > 1 ? long.Parse(args[1], CultureInfo.InvariantCulture) : 64;
string folder = args.Length > 2 ? args[2] : Path.GetTempPath();
string path = Path.Combine(folder, $"memory-{Environment.ProcessId}.kvcow");
try
{
    DatabaseOptions options = new() { CacheBytes = budget << 20 };
    using (Database database = Database.Open(path, options))
        BudgetRun.Change(database, mebibytes << 20);
    using (Database database = Database.Open(path, options))
        BudgetRun.Scan(database);
}
finally
{
    File.Delete(path);
    File.Delete(path + ".pending");
}

long peak = PeakMemory.ReadBytes();
long bound = (budget << 20) + 100_000_000;
Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"peak resident {peak / 1e6:N0} MB, bound {bound / 1e6:N0} MB"));
return peak <= bound ? 0 : 1;
