using Cdp.Core.Identity;

namespace Cdp.Core.Tests.Identity;

public class PhoneNormalizerTests
{
    [Theory]
    [InlineData("+44 20 7946 0958", "+442079460958")]
    [InlineData("+44 (0)20 7946-0958", "+442079460958")]
    [InlineData("0044 20 7946.0958", "+442079460958")]
    [InlineData("0044 (0)20 7946 0958", "+442079460958")]
    [InlineData("＋４４２０７９４６０９５８", "+442079460958")]
    [InlineData("+5555550123", "+5555550123")]
    [InlineData("+12345678", "+12345678")]
    [InlineData("+123456789012345", "+123456789012345")]
    [InlineData("+1234567", null)]
    [InlineData("+1234567890123456", null)]
    [InlineData("+0123456789", null)]
    [InlineData("++442079460958", null)]
    [InlineData("44+2079460958", null)]
    [InlineData("+44 20 7946 0958 x12", null)]
    [InlineData("call me", null)]
    [InlineData("+", null)]
    [InlineData("2079460958", null)]
    public void An_international_number_needs_no_region(string raw, string? expected) => Assert.Equal(expected, PhoneNormalizer.Normalize(raw, null));

    [Theory]
    [InlineData("GB", "020 7946 0958", "+442079460958")]
    [InlineData("gb", "(020) 7946 0958", "+442079460958")]
    [InlineData("GB", "7911 123456", "+447911123456")]
    [InlineData("GB", "+1 212 555 0123", "+12125550123")]
    [InlineData("US", "(212) 555-0123", "+12125550123")]
    [InlineData("US", "1-212-555-0123", "+12125550123")]
    [InlineData("US", "555-0123", null)]
    [InlineData("US", "5555550123", "+15555550123")]
    [InlineData("BR", "(11) 95555-0123", "+5511955550123")]
    [InlineData("CA", "604 555 0123", "+16045550123")]
    [InlineData("DE", "030/901820", "+4930901820")]
    [InlineData("IT", "06 698 12345", "+390669812345")]
    [InlineData("FR", "01 23 45 67 89", "+33123456789")]
    [InlineData("ES", "912 345 678", "+34912345678")]
    [InlineData("RU", "8 (912) 345-67-89", "+79123456789")]
    [InlineData("RU", "800 200 06 00", "+78002000600")]
    [InlineData("KZ", "8 727 250 00 00", "+77272500000")]
    [InlineData("BY", "8 029 123 45 67", "+3750291234567")]
    [InlineData("HU", "06 1 234 5678", "+3612345678")]
    [InlineData("MX", "01 55 1234 5678", "+525512345678")]
    [InlineData("JP", "03-1234-5678", "+81312345678")]
    [InlineData("NO", "22 12 34 56", "+4722123456")]
    [InlineData("XX", "020 7946 0958", null)]
    public void A_national_number_is_read_in_the_default_region(string region, string raw, string? expected) =>
        Assert.Equal(expected, PhoneNormalizer.Normalize(raw, region));

    [Theory]
    [InlineData("AU", "61", "0")]
    [InlineData("CH", "41", "0")]
    [InlineData("CN", "86", "0")]
    [InlineData("DK", "45", "")]
    [InlineData("IE", "353", "0")]
    [InlineData("IN", "91", "0")]
    [InlineData("NZ", "64", "0")]
    [InlineData("PL", "48", "")]
    [InlineData("PT", "351", "")]
    [InlineData("SE", "46", "0")]
    [InlineData("SG", "65", "")]
    [InlineData("XK", "383", "0")]
    [InlineData("ZA", "27", "0")]
    public void Numbering_plans_are_those_of_the_itu(string region, string code, string trunk) =>
        Assert.Equal((code, trunk), (CallingCodes.Of(region)!.Code, CallingCodes.Of(region)!.Trunk));
}
