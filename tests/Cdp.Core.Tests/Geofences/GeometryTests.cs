using Cdp.Core.Geofences.Geometry;
using Cdp.Testing;
using Xunit.Abstractions;

namespace Cdp.Core.Tests.Geofences;

public sealed class GeometryTests(ITestOutputHelper output)
{
    // Of GeographicLib's own tests (C. F. F. Karney, Algorithms for geodesics, 2013): two places and the metres between them.
    [Theory]
    [InlineData(35.60777, -139.44815, -11.17491, -69.95921, 8935244.5604818305)]
    [InlineData(55.52454, 106.05087, 77.03196, 197.18234, 4105086.1713924406)]
    [InlineData(-21.97856, 142.59065, 41.84138, 98.56635, 8394328.894657671)]
    [InlineData(-66.99028, 112.2363, -12.70631, 285.90344, 11150344.2312080241)]
    [InlineData(-17.42761, 173.34268, -15.84784, 5.93557, 16076603.1631180673)]
    public void The_tests_measure_agrees_with_Karneys_values(double lat1, double lon1, double lat2, double lon2, double meters)
    {
        Assert.Equal(meters, Vincenty.Meters(lat1, lon1, lat2, lon2), 1e-3);
        var lon = lon2 > 180 ? lon2 - 360 : lon2;
        Assert.InRange(new SurfacePoint(new(lat1, lon1)).MetersTo(new(new(lat2, lon))) / meters, 0.99, 1.01);
    }

    [Fact]
    public void Distances_up_to_100_km_are_within_2_cm_of_the_geodesic_anywhere()
    {
        var random = new Random(Seeds.Next(output));
        var worst = 0.0;
        for (var i = 0; i < 20_000; i++)
        {
            var lat = Math.Asin((random.NextDouble() * 2) - 1) * 180 / Math.PI;
            var lon = (random.NextDouble() * 360) - 180;
            var (lat2, lon2) = Vincenty.Move(lat, lon, random.NextDouble() * 360, 10 + (random.NextDouble() * 99_990));
            var meters = Vincenty.Meters(lat, lon, lat2, lon2);
            worst = Math.Max(worst, Math.Abs(meters - new SurfacePoint(new(lat, lon)).MetersTo(new(new(lat2, lon2)))));
        }

        output.WriteLine($"Worst: {worst * 1000:0.0} mm");
        Assert.InRange(worst, 0, 0.02);
    }

    [Fact]
    public void A_circle_decides_right_within_5_cm_of_its_edge()
    {
        var random = new Random(Seeds.Next(output));
        for (var i = 0; i < 20_000; i++)
        {
            var (lat, lon) = (random.Next(10) == 0 ? (random.Next(2) * 179.98) - 89.99 : (random.NextDouble() * 180) - 90, (random.NextDouble() * 360) - 180);
            var radius = 10 * Math.Pow(10_000, random.NextDouble());
            var circle = new CircleShape(new(lat, lon), radius);
            var bearing = random.NextDouble() * 360;
            foreach (var (meters, inside) in new[] { (radius - 0.05, true), (radius + 0.05, false) })
            {
                var (lat2, lon2) = Vincenty.Move(lat, lon, bearing, meters);
                var point = new SurfacePoint(new(lat2, lon2));
                Assert.Equal(inside, circle.Contains(point));
                if (inside) Assert.True(circle.Bounds.Contains(point.X, point.Y), $"{lat} {lon} {radius} {bearing}");
            }
        }
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(0, 179.5, false)]
    [InlineData(0.5, 0.5, true)]
    [InlineData(1, 1, false)]
    [InlineData(0, 1, false)]
    [InlineData(-1, -1, true)]
    public void Of_a_polygons_edges_the_western_and_southern_ones_are_inside(double lat, double lon, bool inside) =>
        Assert.Equal(inside, Fences.Polygon("p", "[[[-1,-1],[1,-1],[1,1],[-1,1],[-1,-1]]]").Contains(new(lat, lon)));

    [Theory]
    [InlineData(0, 180, true)]
    [InlineData(0, -180, true)]
    [InlineData(0, 179.5, true)]
    [InlineData(0, -179.5, true)]
    [InlineData(0, 178.5, false)]
    [InlineData(0, -178.5, false)]
    [InlineData(0, 0, false)]
    public void A_polygon_goes_the_short_way_over_the_antimeridian(double lat, double lon, bool inside) =>
        Assert.Equal(inside, Fences.Polygon("p", "[[[179,-1],[-179,-1],[-179,1],[179,1],[179,-1]]]").Contains(new(lat, lon)));

    [Theory]
    [InlineData("[[[0,80],[120,80],[-120,80],[0,80]]]", 80.1, 33, true)]
    [InlineData("[[[0,80],[120,80],[-120,80],[0,80]]]", 90, 0, true)]
    [InlineData("[[[0,80],[120,80],[-120,80],[0,80]]]", 79.9, -170, false)]
    [InlineData("[[[0,80],[120,80],[-120,80],[0,80]]]", -90, 0, false)]
    [InlineData("[[[0,-80],[-120,-80],[120,-70],[0,-80]]]", -90, 0, true)]
    [InlineData("[[[0,-80],[-120,-80],[120,-70],[0,-80]]]", -74, 110, true)]
    [InlineData("[[[0,-80],[-120,-80],[120,-70],[0,-80]]]", -74, -60, false)]
    [InlineData("[[[-180,-90],[180,-90],[180,-60],[-180,-60],[-180,-90]]]", -75, 180, true)]
    [InlineData("[[[-180,-90],[180,-90],[180,-60],[-180,-60],[-180,-90]]]", -90, 10, true)]
    [InlineData("[[[-180,-90],[180,-90],[180,-60],[-180,-60],[-180,-90]]]", -59, 10, false)]
    public void A_ring_around_the_earth_encloses_the_pole_of_its_hemisphere(string coordinates, double lat, double lon, bool inside) =>
        Assert.Equal(inside, Fences.Polygon("p", coordinates).Contains(new(lat, lon)));

    [Fact]
    public void The_distance_to_a_polygon_is_that_to_its_nearest_edge()
    {
        var fence = Fences.Polygon("p", "[[[179,-1],[-179,-1],[-179,1],[179,1],[179,-1]]]");
        Assert.Equal(0, fence.MetersTo(new(0, 180)));
        Assert.Equal(Vincenty.Meters(0, -178.9, 0, -179), fence.MetersTo(new(0, -178.9)), 1.0);
        Assert.Equal(Vincenty.Meters(0, 178.9, 0, 179), fence.MetersTo(new(0, 178.9)), 1.0);
        Assert.Equal(Vincenty.Meters(1.1, 179.1, 1, 179.1), fence.MetersTo(new(1.1, 179.1)), 1.0);
        Assert.Equal(Vincenty.Meters(1.1, -178.9, 1, -179), fence.MetersTo(new(1.1, -178.9)), 20.0);
    }

    [Fact]
    public void A_point_in_a_hole_is_outside_and_near_its_edge()
    {
        var fence = Fences.Polygon("p", "[[[10,59],[11,59],[11,60],[10,60],[10,59]],[[10.2,59.2],[10.4,59.2],[10.4,59.4],[10.2,59.4],[10.2,59.2]]]");
        Assert.False(fence.Contains(new(59.3, 10.3)));
        Assert.True(fence.Contains(new(59.1, 10.3)));
        Assert.Equal(Vincenty.Meters(59.3, 10.21, 59.3, 10.2), fence.MetersTo(new(59.3, 10.21)), 0.5);
    }
}
