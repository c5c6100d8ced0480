using KvCow.Tests.Support.Processes;

namespace KvCow.Tests.Crash;

/// <summary>The file is unlinked, renamed or replaced while it is open: 20 cases.</summary>
public sealed class FileReplacedTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (string change in FileReplacedRun.Changes)
                foreach (string moment in FileReplacedRun.Moments) cases.Add(change, moment);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task A_change_of_the_file_is_noticed_before_the_next_acknowledgement(
        string change, string moment)
    {
        using FileReplacedRun run = new();
        await run.Run(change, moment);
    }

    [Fact]
    public void The_close_of_a_replaced_file_leaves_the_log_of_its_successor_alone()
    {
        using FileReplacedRun run = new();
        run.RunSuccessor();
    }
}
