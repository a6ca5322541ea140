namespace Cdp.Samples.Website;

/// <summary>Who is on the website: a cookie that lasts, as a real shop has one.</summary>
/// <param name="AnonymousId">The cookie's value.</param>
internal sealed record Visitor(string AnonymousId)
{
    private const string Cookie = "visitor";

    /// <summary>How the grid names the visitor.</summary>
    public string Ref => $"anonymous_id:{AnonymousId}";

    /// <summary>The visitor of a request; a new one gets a cookie.</summary>
    public static Visitor Of(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is { Length: > 0 and <= 64 } known) return new(known);
        var made = new Visitor(Guid.NewGuid().ToString("N"));
        context.Response.Cookies.Append(Cookie, made.AnonymousId, new() { HttpOnly = true, SameSite = SameSiteMode.Lax, MaxAge = TimeSpan.FromDays(365) });
        return made;
    }
}

/// <summary>Who logs in.</summary>
/// <param name="UserId">The shop's id of the customer.</param>
/// <param name="Email">The address.</param>
/// <param name="FirstName">The first name.</param>
internal sealed record Login(string UserId, string Email, string FirstName);

/// <summary>What goes into the cart.</summary>
/// <param name="Product">The product.</param>
/// <param name="Price">Its price.</param>
internal sealed record CartItem(string Product, decimal Price);
