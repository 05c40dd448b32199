using System.Text.RegularExpressions;

namespace Fovea.Tests.Data.Tensors;

public partial class TensorHtmlTests
{
    [Fact]
    public void A_matrix_is_a_table_of_rows_and_columns()
    {
        Tensor matrix = [[1, -2.5], [0.25, 10]];
        Assert.Equal("Tensor (2, 2)|;0;1|0;1.\u2007\u2007;-2.5\u2007|1;0.25;10.\u2007\u2007", Cells(matrix.ToHtml()));
    }

    [Fact]
    public void Rows_are_named_by_the_indices_of_the_dimensions_before_the_last()
    {
        Assert.Equal("Tensor (2, 2, 1)|;0|0, 0;0.|0, 1;1.|1, 0;2.|1, 1;3.", Cells(Tensor.Arange(4).Reshape(2, 2, 1).ToHtml()));
        Assert.Equal("Tensor (3)|0;1;2|0.;1.;2.", Cells(Tensor.Arange(3).ToHtml()));
        Assert.Equal("Tensor ()||7.", Cells(((Tensor)7).ToHtml()));
    }

    [Fact]
    public void A_large_tensor_is_shown_in_part()
    {
        var html = Tensor.Zeros([20, 1000]).ToHtml();
        Assert.StartsWith("Tensor (20, 1000)|;0;1;2;…;997;998;999|0;0.;0.;0.;…;0.;0.;0.|", Cells(html), StringComparison.Ordinal);
        Assert.EndsWith("20,000 values, of which the first and the last are shown", Cells(html), StringComparison.Ordinal);
        Assert.InRange(Regex.Count(Tensor.Zeros([10, 10, 10, 10]).ToHtml(), "<tr>"), 30, 45);
    }

    /// <summary>The texts of the cells; rows are separated by lines, cells by semicolons.</summary>
    private static string Cells(string html)
    {
        var rows = Regex.Replace(Style().Replace(html, ""), "</(caption|tr)>", "|");
        var cells = Regex.Replace(rows, "</t[dh]>(?!\\|)", ";");
        return System.Net.WebUtility.HtmlDecode(Regex.Replace(cells, "<[^>]*>", "")).TrimEnd('|');
    }

    [GeneratedRegex("<style>.*</style>")]
    private static partial Regex Style();
}
