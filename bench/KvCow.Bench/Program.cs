using System.CommandLine;
using KvCow.Bench;

return CommandLine.Create().Parse(args).Invoke();
