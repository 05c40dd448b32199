namespace Fovea.Tests.Training;

/// <summary>What optimizers refuse, and what they say in full.</summary>
public class OptimizerErrorTests
{
    private static readonly (Func<object> Create, string Error)[] Cases =
    [
        (() => new Sgd(-1), "Sgd: learningRate must be a finite number of at least 0; received -1."),
        (() => new AdamW(float.NaN), "AdamW: learningRate must be a finite number of at least 0; received NaN."),
        (() => new Lion(float.PositiveInfinity), "Lion: learningRate must be a finite number of at least 0; received Infinity."),
        (() => new Adam().LearningRate = -0.5f, "Adam: learningRate must be a finite number of at least 0; received -0.5."),
        (() => new Adam().Schedule = null!, "Adam: learningRate must be given; received null."),
        (() => new Sgd(0.1f, 1), "Sgd: momentum must be at least 0 and below 1; received 1."),
        (() => new Sgd(0.1f, float.NaN), "Sgd: momentum must be at least 0 and below 1; received NaN."),
        (() => new RmsProp(0.1f, -0.5f), "RmsProp: rho must be at least 0 and below 1; received -0.5."),
        (() => new RmsProp(0.1f, 0.9f, 1.5f), "RmsProp: momentum must be at least 0 and below 1; received 1.5."),
        (() => new RmsProp(epsilon: -1), "RmsProp: epsilon must be a finite number of at least 0; received -1."),
        (() => new Adam(beta1: 1), "Adam: beta1 must be at least 0 and below 1; received 1."),
        (() => new Adam(beta2: float.NaN), "Adam: beta2 must be at least 0 and below 1; received NaN."),
        (() => new Adam(epsilon: float.PositiveInfinity), "Adam: epsilon must be a finite number of at least 0; received Infinity."),
        (() => new AdamW(beta1: -1), "AdamW: beta1 must be at least 0 and below 1; received -1."),
        (() => new AdamW(weightDecay: -1), "AdamW: WeightDecay must be a finite number of at least 0; received -1."),
        (() => new Adamax(beta1: 2), "Adamax: beta1 must be at least 0 and below 1; received 2."),
        (() => new Adamax(beta2: -1), "Adamax: beta2 must be at least 0 and below 1; received -1."),
        (() => new Adamax(epsilon: float.NaN), "Adamax: epsilon must be a finite number of at least 0; received NaN."),
        (() => new Nadam(beta1: 1), "Nadam: beta1 must be at least 0 and below 1; received 1."),
        (() => new Nadam(beta2: 1), "Nadam: beta2 must be at least 0 and below 1; received 1."),
        (() => new Nadam(epsilon: -1), "Nadam: epsilon must be a finite number of at least 0; received -1."),
        (() => new Adagrad(initialAccumulatorValue: -1), "Adagrad: initialAccumulatorValue must be a finite number of at least 0; received -1."),
        (() => new Adagrad(epsilon: -1), "Adagrad: epsilon must be a finite number of at least 0; received -1."),
        (() => new Adadelta(rho: 1), "Adadelta: rho must be at least 0 and below 1; received 1."),
        (() => new Adadelta(epsilon: float.NaN), "Adadelta: epsilon must be a finite number of at least 0; received NaN."),
        (() => new Lion(beta1: 0), "Lion: beta1 must be above 0 and at most 1; received 0."),
        (() => new Lion(beta2: 1), "Lion: beta2 must be at least 0 and below 1; received 1."),
        (() => new Ftrl(0), "Ftrl: learningRate must be above 0; received 0."),
        (() => new Ftrl(learningRatePower: 0.5f), "Ftrl: learningRatePower must be a finite number of at most 0; received 0.5."),
        (() => new Ftrl(learningRatePower: float.NegativeInfinity), "Ftrl: learningRatePower must be a finite number of at most 0; received -Infinity."),
        (() => new Ftrl(initialAccumulatorValue: -1), "Ftrl: initialAccumulatorValue must be a finite number of at least 0; received -1."),
        (() => new Ftrl(l1RegularizationStrength: -1), "Ftrl: l1RegularizationStrength must be a finite number of at least 0; received -1."),
        (() => new Ftrl(l2RegularizationStrength: float.NaN), "Ftrl: l2RegularizationStrength must be a finite number of at least 0; received NaN."),
        (() => new Ftrl(l2ShrinkageRegularizationStrength: -1), "Ftrl: l2ShrinkageRegularizationStrength must be a finite number of at least 0; received -1."),
        (() => new Ftrl { Beta = -1 }, "Ftrl: Beta must be a finite number of at least 0; received -1."),
        (() => new Sgd { WeightDecay = float.NaN }, "Sgd: WeightDecay must be a finite number of at least 0; received NaN."),
        (() => new Sgd { ExcludeFromWeightDecay = [""] }, "Sgd: ExcludeFromWeightDecay must be parts of names; received an empty one."),
        (() => new Sgd { ExcludeFromWeightDecay = null! }, "Sgd: ExcludeFromWeightDecay must be given; received null."),
        (() => new Sgd { ClipValue = 0 }, "Sgd: ClipValue must be a finite number above 0; received 0."),
        (() => new Sgd { ClipNorm = -1 }, "Sgd: ClipNorm must be a finite number above 0; received -1."),
        (() => new Sgd { GlobalClipNorm = float.PositiveInfinity }, "Sgd: GlobalClipNorm must be a finite number above 0; received Infinity."),
        (() => new Sgd { ClipNorm = 1, ClipValue = 1 },
            "Sgd: only one of ClipValue, ClipNorm and GlobalClipNorm can be set; received ClipValue after another."),
        (() => new Sgd { ClipValue = 1, GlobalClipNorm = 1 },
            "Sgd: only one of ClipValue, ClipNorm and GlobalClipNorm can be set; received GlobalClipNorm after another."),
        (() => new Sgd { GlobalClipNorm = 1, ClipNorm = 1 },
            "Sgd: only one of ClipValue, ClipNorm and GlobalClipNorm can be set; received ClipNorm after another."),
        (() => new Sgd { EmaMomentum = 1.5f }, "Sgd: EmaMomentum must be from 0 to 1; received 1.5."),
        (() => new Sgd { EmaMomentum = float.NaN }, "Sgd: EmaMomentum must be from 0 to 1; received NaN."),
        (() => new Sgd { EmaOverwriteFrequency = 0 }, "Sgd: EmaOverwriteFrequency must be at least 1; received 0."),
        (() => new Sgd { GradientAccumulationSteps = 1 }, "Sgd: GradientAccumulationSteps must be at least 2; received 1."),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Cases.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_wrong_value_is_refused_at_construction(int number) =>
        Assert.Equal(Cases[number].Error, Assert.ThrowsAny<ArgumentException>(Cases[number].Create).Sentence());

    [Fact]
    public void A_learning_rate_that_a_schedule_gives_is_not_set()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new Adam(new Falling()).LearningRate = 0.1f);
        Assert.Equal("Adam: the learning rate comes from Falling; set Schedule instead.", error.Message);
    }

    [Fact]
    public void A_schedule_that_falls_below_0_is_named_when_it_does()
    {
        var run = new OptimizerRun(new Sgd(new Falling()), 0);
        run.Step([1f]);
        Assert.Equal(-1, run.Value[0]);
        run.Step([1f]);
        var error = Assert.Throws<InvalidOperationException>(() => run.Step([1f]));
        Assert.Equal("Sgd: Falling must give a finite learning rate of at least 0; in step 2 it gave -1.", error.Message);
    }

    /// <summary>1, 0, −1, …</summary>
    private sealed class Falling : LearningRateSchedule
    {
        public override double At(long step) => 1 - step;
    }
}
