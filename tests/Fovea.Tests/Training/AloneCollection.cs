namespace Fovea.Tests.Training;

/// <summary>Tests that set the number of threads or count what the whole process allocates: nothing runs at the same time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}
