using Cdp.Core.Identity;

namespace Cdp.Core.Tests.Identity;

public class NfcTests
{
    // Under InvariantGlobalization string.Normalize() returns its input as it is; when this fails, the class Nfc may go.
    [Fact]
    public void The_runtime_does_not_normalise_here() => Assert.Equal("e\u0301", "e\u0301".Normalize());

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("e\u0301", "\u00e9")]
    [InlineData("\u00e9", "\u00e9")]
    [InlineData("A\u030a", "\u00c5")]
    [InlineData("\u212b", "\u00c5")]
    [InlineData("\u212a", "K")]
    [InlineData("o\u0323\u0302", "\u1ed9")]
    [InlineData("o\u0302\u0323", "\u1ed9")]
    [InlineData("\u1100\u1161\u11a8", "\uac01")]
    [InlineData("\uac00\u11a8", "\uac01")]
    [InlineData("\uac01", "\uac01")]
    [InlineData("\u0958", "\u0915\u093c")]
    [InlineData("\u0344", "\u0308\u0301")]
    [InlineData("\u1e9b\u0323", "\u1e9b\u0323")]
    [InlineData("a\u0315\u0300\u05ae\u0300b", "\u00e0\u05ae\u0300\u0315b")]
    [InlineData("\uf900", "\u8c48")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")]
    [InlineData("\U0001F600\u0301", "\U0001F600\u0301")]
    public void Texts_are_brought_into_form_C(string text, string expected) => Assert.Equal(expected, Nfc.Compose(text));
}
