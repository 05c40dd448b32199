using System.Globalization;

namespace Fovea.Tests.Data.Tensors;

public class TensorPrintingTests
{
    public static TheoryData<string> Names => [.. NumpyValues.Texts];

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_are_printed_as_NumPy_prints_them(string name)
    {
        var (tensor, text) = NumpyValues.Text(name);
        Assert.Equal($"Tensor {tensor.Shape}\n{text}", tensor.ToString());
    }

    [Fact]
    public void Integers_have_no_exponents() => Assert.Equal("Tensor (3)\n[   0.    5. 1999.]", ((Tensor)new[] { 0, 5, 1999 }).ToString());

    [Fact]
    public void A_format_is_applied_to_every_value()
    {
        Tensor tensor = [[0.5, -0.25], [12.5, 0.75]];
        Assert.Equal("Tensor (2, 2)\n[[ 0.50 -0.25]\n [12.50  0.75]]", $"{tensor:F2}");
        Assert.Equal("Tensor (2, 2)\n[[ 0,50 -0,25]\n [12,50  0,75]]", tensor.ToString("0.00", new NumberFormatInfo { NumberDecimalSeparator = "," }));
        Assert.Equal(tensor.ToString(), tensor.ToString(null));
    }

    [Fact]
    public void A_text_does_not_depend_on_the_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            CultureInfo.CurrentCulture.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture.NumberFormat.NegativeSign = "~";
            Assert.Equal("Tensor (2)\n[-0.5  2. ]", ((Tensor)new[] { -0.5f, 2 }).ToString());
            Assert.Equal("Tensor (1)\n[-1.e-05]", ((Tensor)new[] { -1e-5f }).ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
