using Cdp.Simulation.Running;

return SimulateCommand.Run(args);
