namespace Cdp.Core.Tests.Geofences;

/// <summary>
/// The geodesic on WGS 84 by T. Vincenty, Direct and inverse solutions of geodesics on the ellipsoid (Survey Review 23, 1975): a formula unlike the one under
/// test, good to 0.5 mm.
/// </summary>
internal static class Vincenty
{
    private const double A = 6_378_137, F = 1 / 298.257223563, B = A * (1 - F);

    public static double Meters(double lat1, double lon1, double lat2, double lon2)
    {
        var l = Radians(lon2 - lon1);
        l = Math.Atan2(Math.Sin(l), Math.Cos(l));
        var (sinU1, cosU1) = Math.SinCos(Math.Atan((1 - F) * Math.Tan(Radians(lat1))));
        var (sinU2, cosU2) = Math.SinCos(Math.Atan((1 - F) * Math.Tan(Radians(lat2))));
        var lambda = l;
        for (var i = 0; i < 200; i++)
        {
            var (sin, cos) = Math.SinCos(lambda);
            var sinSigma = Math.Sqrt(Square(cosU2 * sin) + Square((cosU1 * sinU2) - (sinU1 * cosU2 * cos)));
            if (sinSigma == 0) return 0;
            var cosSigma = (sinU1 * sinU2) + (cosU1 * cosU2 * cos);
            var sigma = Math.Atan2(sinSigma, cosSigma);
            var sinAlpha = cosU1 * cosU2 * sin / sinSigma;
            var cosSqAlpha = 1 - Square(sinAlpha);
            var cos2Sm = cosSqAlpha == 0 ? 0 : cosSigma - (2 * sinU1 * sinU2 / cosSqAlpha);
            var c = F / 16 * cosSqAlpha * (4 + (F * (4 - (3 * cosSqAlpha))));
            var before = lambda;
            lambda = l + ((1 - c) * F * sinAlpha * (sigma + (c * sinSigma * (cos2Sm + (c * cosSigma * (-1 + (2 * Square(cos2Sm))))))));
            if (Math.Abs(lambda - before) < 1e-13) return Length(sigma, cosSqAlpha, cos2Sm);
        }

        throw new InvalidOperationException("Antipodal points.");
    }

    public static (double Lat, double Lon) Move(double lat, double lon, double bearing, double meters)
    {
        var (sinA1, cosA1) = Math.SinCos(Radians(bearing));
        var tanU1 = (1 - F) * Math.Tan(Radians(lat));
        var cosU1 = 1 / Math.Sqrt(1 + Square(tanU1));
        var sinU1 = tanU1 * cosU1;
        var sigma1 = Math.Atan2(tanU1, cosA1);
        var sinAlpha = cosU1 * sinA1;
        var cosSqAlpha = 1 - Square(sinAlpha);
        var (a, b) = Coefficients(cosSqAlpha);
        var sigma = meters / (B * a);
        for (var i = 0; i < 100; i++)
        {
            var cos2Sm = Math.Cos((2 * sigma1) + sigma);
            var before = sigma;
            sigma = (meters / (B * a)) + Delta(sigma, b, cos2Sm);
            if (Math.Abs(sigma - before) < 1e-14) break;
        }

        var (sin, cos) = Math.SinCos(sigma);
        var c2 = Math.Cos((2 * sigma1) + sigma);
        var lat2 = Math.Atan2((sinU1 * cos) + (cosU1 * sin * cosA1), (1 - F) * Math.Sqrt(Square(sinAlpha) + Square((sinU1 * sin) - (cosU1 * cos * cosA1))));
        var lambda = Math.Atan2(sin * sinA1, (cosU1 * cos) - (sinU1 * sin * cosA1));
        var c = F / 16 * cosSqAlpha * (4 + (F * (4 - (3 * cosSqAlpha))));
        var l = lambda - ((1 - c) * F * sinAlpha * (sigma + (c * sin * (c2 + (c * cos * (-1 + (2 * Square(c2))))))));
        var lon2 = lon + (l * 180 / Math.PI);
        return (lat2 * 180 / Math.PI, lon2 - (360 * Math.Floor((lon2 + 180) / 360)));
    }

    private static double Length(double sigma, double cosSqAlpha, double cos2Sm)
    {
        var (a, b) = Coefficients(cosSqAlpha);
        return B * a * (sigma - Delta(sigma, b, cos2Sm));
    }

    private static (double A, double B) Coefficients(double cosSqAlpha)
    {
        var uSq = cosSqAlpha * (Square(A) - Square(B)) / Square(B);
        return (1 + (uSq / 16384 * (4096 + (uSq * (-768 + (uSq * (320 - (175 * uSq))))))), uSq / 1024 * (256 + (uSq * (-128 + (uSq * (74 - (47 * uSq)))))));
    }

    private static double Delta(double sigma, double b, double cos2Sm)
    {
        var (sin, cos) = Math.SinCos(sigma);
        return b * sin * (cos2Sm + (b / 4 * ((cos * (-1 + (2 * Square(cos2Sm)))) - (b / 6 * cos2Sm * (-3 + (4 * Square(sin))) * (-3 + (4 * Square(cos2Sm)))))));
    }

    private static double Square(double x) => x * x;

    private static double Radians(double degrees) => degrees * Math.PI / 180;
}
