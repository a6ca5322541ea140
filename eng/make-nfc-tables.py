#!/usr/bin/env python3
"""Writes src/Cdp.Core/Identity/NfcTables.cs out of Python's unicodedata: python3 eng/make-nfc-tables.py > src/Cdp.Core/Identity/NfcTables.cs"""
import textwrap
import unicodedata as u

pairs, marks = [], []
for c in range(0x110000):
    if 0xAC00 <= c <= 0xD7A3 or 0xD800 <= c <= 0xDFFF:
        continue
    d = u.decomposition(chr(c))
    if d and not d.startswith("<"):
        flag = "" if u.normalize("NFC", chr(c)) == chr(c) else "!"  # "!": decomposes, but nothing composes into it
        pairs.append(f"{c:X}={'+'.join(f'{int(x, 16):X}' for x in d.split())}{flag}")
    n = u.combining(chr(c))
    if n:
        if marks and marks[-1][1] == c - 1 and marks[-1][2] == n:
            marks[-1][1] = c
        else:
            marks.append([c, c, n])


def block(items):
    return textwrap.indent("\n".join(textwrap.wrap(" ".join(items), 138, break_on_hyphens=False)), "        ")


print(f'''namespace Cdp.Core.Identity;

/// <summary>Unicode {u.unidata_version}: what NFC needs of it. Made by eng/make-nfc-tables.py, not by hand.</summary>
internal static class NfcTables
{{
    /// <summary>Canonical decompositions of one step, <c>whole=first+second</c>, hexadecimal. With <c>!</c> nothing composes into the whole.</summary>
    public const string Decompositions = """
{block(pairs)}
        """;

    /// <summary>Combining classes other than 0, <c>first-last=class</c>; code points hexadecimal, the class decimal.</summary>
    public const string CombiningClasses = """
{block([f"{a:X}-{b:X}={n}" for a, b, n in marks])}
        """;
}}''')
