using Fovea.Mpi;

namespace Fovea.Tests.Mpi;

public class LauncherTests
{
    [Theory]
    [InlineData("OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=2 PMIX_RANK=2", "Open MPI's mpirun", 4, 2)]
    [InlineData("PMI_SIZE=4 PMI_RANK=3 MPI_LOCALNRANKS=4", "an mpiexec of MPICH's kind", 4, 3)]
    [InlineData("MPI_LOCALNRANKS=4", "an mpiexec of MPICH's kind", null, null)]
    [InlineData("PMI_RANK=1 SLURM_STEP_NUM_TASKS=8", "an mpiexec of MPICH's kind", 8, 1)]
    [InlineData("PMIX_RANK=1 SLURM_STEP_NUM_TASKS=8", "a PMIx launcher", 8, 1)]
    [InlineData("PMIX_RANK=1", "a PMIx launcher", null, 1)]
    public void A_launcher_is_known_by_its_variables(string variables, string name, int? size, int? rank)
    {
        var launcher = Find(variables)!;
        Assert.Equal((name, size, rank), (launcher.Name, launcher.Size, launcher.Rank));
    }

    [Theory]
    [InlineData("")]
    [InlineData("SLURM_NTASKS=8 SLURM_PROCID=0")]
    [InlineData("SLURM_STEP_NUM_TASKS=1")]
    [InlineData("OMPI_MCA_btl=tcp PMI_SIZE=")]
    public void A_process_without_the_variables_of_a_launcher_is_alone(string variables) => Assert.Null(Find(variables));

    [Fact]
    public void Each_launcher_has_its_own_libraries_first()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the names are those of Linux");
        Assert.Equal(["libmpi.so.40", "libmpi.so", "libmpi_abi.so.1", "libmpi_abi.so.0", "libmpi_abi.so"], Find("OMPI_COMM_WORLD_SIZE=2")!.Libraries);
        Assert.Equal(
            ["libmpich.so.12", "libmpi.so.12", "libmpi.so", "libmpi_abi.so.1", "libmpi_abi.so.0", "libmpi_abi.so"], Find("PMI_SIZE=2")!.Libraries);
        Assert.Contains("libmpi.so.40", Find("PMI_SIZE=2 SLURM_STEP_NUM_TASKS=2")!.Libraries);
    }

    [Fact]
    public void Several_processes_that_Slurm_has_started_without_MPI_are_an_error() => Assert.Equal(
        "MPI: Slurm started 8 processes without an interface for MPI. Start them with srun --mpi=pmix or srun --mpi=pmi2, or with mpirun.",
        Assert.Throws<MpiException>(() => Find("SLURM_STEP_NUM_TASKS=8 SLURM_PROCID=1")).Message);

    [Theory]
    [InlineData("PMI_SIZE=4 PMI_RANK=0", 4, null)]
    [InlineData("PMI_SIZE=4 PMI_RANK=0", 1, "an mpiexec of MPICH's kind started 4 processes, but Open MPI v4.1.4 finds 1")]
    [InlineData("PMIX_RANK=0", 1, null)]
    [InlineData("PMIX_RANK=1", 2, null)]
    [InlineData("PMIX_RANK=1", 1, "a PMIx launcher started several processes, but Open MPI v4.1.4 finds 1")]
    public void A_library_that_does_not_find_the_processes_of_the_launcher_is_an_error(string variables, int size, string? error)
    {
        var received = Record.Exception(() => Find(variables)!.RequireSize(size, "Open MPI v4.1.4"))?.Message;
        Assert.Equal(
            error is null ? null : $"MPI: {error}: it does not belong to this launcher. Use the launcher of that MPI, or set FOVEA_MPI to the path of the "
                + "launcher's library.", received);
    }

    private static Launcher? Find(string variables)
    {
        var values = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => text.Split('='))
            .ToDictionary(parts => parts[0], parts => parts[1]);
        return Launcher.Find(values.GetValueOrDefault);
    }
}
