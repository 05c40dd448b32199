using Fovea.Mpi;

namespace Fovea.Tests.Mpi;

public class ProcessorUseTests
{
    [Fact]
    public void Processes_that_are_not_bound_divide_the_processors_of_their_machine()
    {
        var all = Enumerable.Range(0, 3).Select(_ => Use(0, 0, 16)).Append(Use(1, 0, 8)).ToList();
        Assert.Equal([5, 5, 5, 8], Threads(all));
        Assert.Null(ProcessorUse.BindingNote(all));
    }

    [Fact]
    public void A_process_that_is_bound_to_its_share_uses_all_of_it()
    {
        List<ProcessorUse> all = [Use(0, 0, 4, launcher: 8), Use(0, 4, 4, launcher: 8)];
        Assert.Equal([4, 4], Threads(all));
        Assert.Null(ProcessorUse.BindingNote(all));
    }

    [Fact]
    public void A_process_that_is_bound_to_less_is_named()
    {
        List<ProcessorUse> all = [Use(0, 0, 8), Use(1, 0, 1, launcher: 64), Use(1, 1, 1, launcher: 64)];
        Assert.Equal([8, 1, 1], Threads(all));
        Assert.Equal(
            "Fovea.Mpi: the launcher has bound process 1 to 1 of 64 processors, although its share is 32. Start the program with mpirun --bind-to none.",
            ProcessorUse.BindingNote(all));
    }

    [Fact]
    public void The_limit_of_a_container_is_divided_by_its_processes()
    {
        // Two containers on one machine, limited to 4 processors of 64 each; three processes in the first.
        List<ProcessorUse> all = [.. Enumerable.Repeat(Use(0, 0, 64) with { Usable = 4 }, 3), Use(0, 0, 64) with { Usable = 4, Host = 7 }];
        Assert.Equal([1, 1, 1, 4], Threads(all));
    }

    [Fact]
    public void More_processes_than_processors_have_one_thread_each()
    {
        Assert.Equal([1, 1, 1], Threads([.. Enumerable.Repeat(Use(0, 0, 2), 3)]));
        Assert.Equal([3, 3], Threads([.. Enumerable.Repeat(Use(0, 0, 0) with { Usable = 7 }, 2)]));  // a system that does not tell processors
    }

    [Fact]
    public void The_processors_of_a_process_are_read_and_sent_to_the_others()
    {
        var own = ProcessorUse.OfThisProcess();
        Assert.Equal(Environment.ProcessorCount, own.Usable);
        var copy = ProcessorUse.FromBytes(own.ToBytes());
        Assert.Equal((own.Machine, own.Host, own.Usable, own.OfLauncher), (copy.Machine, copy.Host, copy.Usable, copy.OfLauncher));
        Assert.Equal(own.Allowed.Cast<bool>(), copy.Allowed.Cast<bool>());
        if (OperatingSystem.IsLinux()) Assert.InRange(own.Allowed.Cast<bool>().Count(isAllowed => isAllowed), own.Usable, 8192);
    }

    [Fact]
    public void The_status_of_a_process_is_read_from_the_text_of_Linux()
    {
        var status = ProcessStatus.Parse("Name:\tmpirun.openmpi\nUmask:\t0022\nPid:\t12\nPPid:\t7\nCpus_allowed:\t10f\nCpus_allowed_list:\t0-3,8\n");
        Assert.Equal(("mpirun.openmpi", 7), (status.Name, status.Parent));
        Assert.Equal([0, 1, 2, 3, 8], status.Processors);
    }

    private static IEnumerable<int> Threads(List<ProcessorUse> all) => Enumerable.Range(0, all.Count).Select(rank => ProcessorUse.Threads(all, rank));

    private static ProcessorUse Use(int machine, int first, int count, int? launcher = null) =>
        new((UInt128)machine, (UInt128)machine, count, ProcessorUse.Mask(Enumerable.Range(first, count)), launcher ?? count);
}
