using Fovea.Measuring;

namespace Fovea.Tests.Measuring;

public class ModelBenchmarkTests
{
    [Fact]
    public void A_training_step_changes_the_weights()
    {
        var model = Compiled();
        var benchmark = ModelBenchmark.OfTraining(model, 4);
        var before = model.Weights[0].Values.ToArray();
        benchmark.Step();
        Assert.NotEqual(before, model.Weights[0].Values.ToArray());
        Assert.True(benchmark.ArenaBytes > 0);
        Assert.True(benchmark.CompileTime > TimeSpan.Zero);
    }

    [Fact]
    public void A_prediction_gives_the_model_s_outputs_and_changes_nothing()
    {
        var model = Compiled();
        var benchmark = ModelBenchmark.OfPrediction(model, 3);
        var before = model.Weights[0].Values.ToArray();
        benchmark.Step();
        Assert.Equal(3 * 5, benchmark.Outputs.Length);
        Assert.Equal(before, model.Weights[0].Values.ToArray());
    }

    [Fact]
    public void A_profile_has_a_time_for_each_operation_and_the_multiply_adds_of_the_summary()
    {
        var model = Compiled();
        var profile = ModelBenchmark.OfPrediction(model, 2).Profile(runs: 3);
        Assert.All(profile, operation => Assert.True(operation.Seconds >= 0 && operation.Bytes > 0 && operation.Name.Length > 0));
        Assert.Equal(2 * model.Summary().MultiplyAdds, profile.Sum(operation => operation.MultiplyAdds));
    }

    [Fact]
    public void Targets_fit_the_loss_of_each_output()
    {
        foreach (var (units, loss) in ((int, Loss)[])[(1, Loss.BinaryCrossentropy), (5, Loss.MeanSquaredError), (5, Loss.SparseCategoricalCrossentropy)])
        {
            var model = Net(units);
            model.Compile(new Adam(), loss);
            ModelBenchmark.OfTraining(model, 8).Step();
            Assert.All(model.Weights, weight => Assert.DoesNotContain(weight.Values.ToArray(), value => !float.IsFinite(value)));
        }
    }

    [Fact]
    public void The_processor_s_limit_is_a_speed() => Assert.InRange(ModelBenchmark.MeasureProcessorLimit(), 0.1, 1e6);

    [Fact]
    public void Training_needs_a_compiled_model_and_a_batch_at_least_one_sample()
    {
        Assert.Throws<InvalidOperationException>(() => ModelBenchmark.OfTraining(Net(5), 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => ModelBenchmark.OfPrediction(Net(5), 0));
    }

    private static Sequential Compiled()
    {
        var model = Net(5);
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy);
        return model;
    }

    private static Sequential Net(int units) =>
        new() { new Input(8, 8, 1), new Conv2D(4, 3), new Flatten(), new Dense(units, units == 1 ? Activation.Sigmoid : Activation.Softmax) };
}
