System.Console.WriteLine("Cdp.Grains");
