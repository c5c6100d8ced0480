using KvCow.Engine.Pages;

namespace KvCow.Tests.Unit.Engine.Pages;

public sealed class SeparatorTests
{
    [Theory]
    [InlineData("apple", "banana", "b")]
    [InlineData("apple", "apply", "apply")]
    [InlineData("app", "apple", "appl")]
    [InlineData("", "z", "z")]
    [InlineData("a", "a\0", "a\0")]
    public void The_shortest_prefix_of_the_right_key_above_the_left_divides_them(
        string left, string right, string expected)
    {
        byte[] key = System.Text.Encoding.ASCII.GetBytes(right);
        int length = Separator.Shortest(System.Text.Encoding.ASCII.GetBytes(left), key);
        Assert.Equal(System.Text.Encoding.ASCII.GetBytes(expected), key[..length]);
    }
}
