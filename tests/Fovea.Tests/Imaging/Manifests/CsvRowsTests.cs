using Fovea.Imaging;

namespace Fovea.Tests.Imaging;

public class CsvRowsTests
{
    [Theory]
    [InlineData("a,b\n1,2\n", "1: a|b / 2: 1|2")]
    [InlineData("a,b\r\n1,2", "1: a|b / 2: 1|2")]
    [InlineData("a,b\r1,2\r", "1: a|b / 2: 1|2")]
    [InlineData("\"a\",\"b \"\" c\"\n", "1: a|b \" c")]
    [InlineData("\"x,y\",\"1\n2\"\n\n3,4", "1: x,y|1\n2 / 4: 3|4")]
    [InlineData(" a , \"b\" ,,\n", "1: a|b||")]
    [InlineData("\"\"\n", "")]
    [InlineData("a,\n,b\n", "1: a| / 2: |b")]
    [InlineData("ä,é\n", "1: ä|é")]
    [InlineData("", "")]
    public void Values_are_split_as_RFC_4180_says(string text, string expected) =>
        Assert.Equal(expected, string.Join(" / ", CsvRows.Read(text, ',', "x.csv").Select(row => $"{row.Line}: {string.Join('|', row.Values)}")));

    [Theory]
    [InlineData("a,b\n1,x\"y\n", "'x.csv', line 2: expected quotes around the whole value; received a quote within it.")]
    [InlineData("a,b\n1,\"x\ny\n", "'x.csv', line 2: expected a closing quote; received the end of the file.")]
    [InlineData("a,b\n1,\"x\"y\n", "'x.csv', line 2: expected ',' or the end of the line after a closing quote; received 'y'.")]
    public void A_quote_in_a_wrong_place_is_refused(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<InvalidDataException>(() => CsvRows.Read(text, ',', "x.csv")).Message);

    [Fact]
    public void Other_separators_are_read()
    {
        Assert.Equal(["a,b", "c"], Assert.Single(CsvRows.Read("a,b;c", ';', "x.csv")).Values);
        Assert.Equal(["a b", "c"], Assert.Single(CsvRows.Read("a b\tc", '\t', "x.csv")).Values);
    }
}
