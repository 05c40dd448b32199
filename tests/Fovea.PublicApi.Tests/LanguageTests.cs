using System.Reflection;
using System.Runtime.CompilerServices;
using Fovea.Engine;
using Fovea.Imaging;

namespace Fovea.PublicApi.Tests;

/// <summary>The public members can be called with plain literals, and from F# and Visual Basic.</summary>
public class LanguageTests
{
    private static IEnumerable<Type> PublicTypes =>
        new[] { typeof(Node).Assembly, typeof(Model).Assembly, typeof(ImageFile).Assembly }.SelectMany(assembly => assembly.GetExportedTypes());

    [Fact]
    public void Hyperparameters_are_written_as_double_literals_and_read_back_as_they_were_written()
    {
        Assert.Equal((0.001, 0.95), (new Adam(0.001, beta1: 0.95).LearningRate, new Adam(0.001, beta1: 0.95).Beta1));
        Assert.Equal(0.5, new Dropout(0.5).Rate);
        Assert.Equal(2, new Rescaling([1 / 0.229, 1 / 0.224], [-0.485 / 0.229, -0.456 / 0.224]).Scale.Count);
        Assert.Equal((0.2, 0.0001), (new ReduceLearningRateOnPlateau(factor: 0.2, minLearningRate: 0.0001).Factor,
            new ReduceLearningRateOnPlateau(factor: 0.2, minLearningRate: 0.0001).MinLearningRate));
        Assert.Equal(3, new EarlyStopping(minDelta: 0.001, patience: 3).Patience);
        Assert.Equal(0.2, new Objective("digit", Loss.MeanSquaredError) { Weight = 0.2 }.Weight);
        Assert.Equal([0.1, 0.01], new PiecewiseConstantDecay([1000], [0.1, 0.01]).Values);
    }

    [Fact]
    public void A_schedule_of_epochs_computes_with_doubles()
    {
        var model = new Sequential { new Input(1), new Dense(1) };
        model.Compile(new Sgd(0.5), Loss.MeanSquaredError);
        model.Fit(
            new ArrayDataset([1, 2], [1], [2, 4], [1]), epochs: 2,
            callbacks: [new LearningRateScheduler((epoch, rate) => epoch < 2 ? rate : rate * Math.Exp(-0.1))]);
        Assert.Equal(0.5 * Math.Exp(-0.1), model.Optimizer!.LearningRate, 1e-7);
    }

    /// <summary>
    /// F# and Visual Basic cannot call <c>params</c> of a span or an interface with a list of arguments; they need an overload with an array.
    /// </summary>
    [Fact]
    public void Every_list_of_arguments_can_be_given_from_other_languages()
    {
        var missing =
            from type in PublicTypes
            from member in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly).OfType<MethodBase>()
            let last = member.GetParameters().LastOrDefault()
            where last is not null && last.IsDefined(typeof(ParamCollectionAttribute))
            let element = last.ParameterType.GetGenericArguments()[0]
            let siblings = type.GetMembers().OfType<MethodBase>().Where(other => other.Name == member.Name)
            where !siblings.Any(other => other.GetParameters() is [.., var array] && array.IsDefined(typeof(ParamArrayAttribute))
                && array.ParameterType == element.MakeArrayType())
            select $"{type.Name}.{member.Name}";
        Assert.Empty(missing);
    }

    [Fact]
    public void Seeds_are_of_one_type()
    {
        var seeds =
            from type in PublicTypes
            from method in type.GetMembers().OfType<MethodBase>()
            from parameter in method.GetParameters()
            where parameter.Name!.EndsWith("seed", StringComparison.OrdinalIgnoreCase) && (Nullable.GetUnderlyingType(parameter.ParameterType)
                ?? parameter.ParameterType) != typeof(long)
            select $"{type.Name}.{method.Name}({parameter.ParameterType.Name} {parameter.Name})";
        Assert.Empty(seeds);
    }
}
