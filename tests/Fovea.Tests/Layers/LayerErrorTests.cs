using System.Reflection;

namespace Fovea.Tests.Layers;

/// <summary>Wrong values are refused with the text of <see cref="LayerErrorCases"/>, and every argument that can be wrong has a row there.</summary>
public class LayerErrorTests
{
    public static IEnumerable<TheoryDataRow<LayerErrorCase>> Cases =>
        LayerErrorCases.All.Select(row => new TheoryDataRow<LayerErrorCase>(row) { TestDisplayName = row.ToString() });

    public static IEnumerable<TheoryDataRow<Type>> Layers =>
        LayerCases.All.Select(row => row.Create().GetType()).Distinct().Select(type => new TheoryDataRow<Type>(type) { TestDisplayName = type.Name });

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_wrong_value_is_refused_with_the_full_error(LayerErrorCase row)
    {
        if (row.ConnectedTo is not { } shapes)
        {
            var refused = AssertRefused(row.Error, () => row.Create());
            if (refused is not ShapeException) Assert.Contains(refused.ParamName!, row.Error, StringComparison.OrdinalIgnoreCase);
            Assert.IsType(row.Error.EndsWith("received null.", StringComparison.Ordinal) ? typeof(ArgumentNullException) : refused.GetType(), refused);
            return;
        }

        var layer = row.Create();
        AssertRefused(row.Error, () => layer.Call([.. shapes.Select(shape => new Input(shape.Dimensions).Output)]));
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Every_argument_that_can_be_wrong_has_a_row(Type layer)
    {
        var covered = LayerErrorCases.All.Where(row => row.Layer == layer).Select(row => row.Argument);
        Assert.Equal([], Arguments(layer).Except(covered, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void Rows_name_arguments_that_exist()
    {
        foreach (var rows in LayerErrorCases.All.GroupBy(row => row.Layer))
            Assert.Empty(
                rows.Select(row => row.Argument)
                .Except([.. Arguments(rows.Key), .. rows.Key.GetProperties().Select(property => property.Name), "input"], StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>
    /// Parameters of public constructors and init properties, except those for which no value is wrong: Booleans, and references that may be null.
    /// </summary>
    private static IEnumerable<string> Arguments(Type layer)
    {
        var nullability = new NullabilityInfoContext();
        var parameters = layer.GetConstructors().SelectMany(constructor => constructor.GetParameters())
            .Where(parameter => CanBeWrong(parameter.ParameterType, nullability.Create(parameter).ReadState)).Select(parameter => parameter.Name!);
        var properties = layer.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.DeclaringType != typeof(Layer) && property.DeclaringType != typeof(ImageAugmentation))  // one row for all layers
            .Where(property => property.SetMethod is { IsPublic: true })
            .Where(property => CanBeWrong(property.PropertyType, nullability.Create(property).ReadState)).Select(property => property.Name);
        return parameters.Concat(properties).Distinct();
    }

    private static bool CanBeWrong(Type type, NullabilityState state) =>
        type != typeof(bool) && (type.IsValueType || state != NullabilityState.Nullable);

    private static ArgumentException AssertRefused(string error, Action action)
    {
        var refused = Record.Exception(action) as ArgumentException;
        Assert.True(refused is not null, $"no argument error instead of: {error}");
        Assert.Equal(error, refused.Sentence());
        return refused;
    }
}
