using System.Globalization;
using Cdp.Simulation.Running;
using Cdp.Simulation.Store;

// Not for people: the child process of the tests that kill it.
if (args is ["store", var seed, var directory]) return await StoreCommand.RunAsync(int.Parse(seed, CultureInfo.InvariantCulture), directory);
return SimulateCommand.Run(args);
