using System.Globalization;
using Cdp.Benchmarks;
using Cdp.Benchmarks.Activation;
using Cdp.Benchmarks.Audiences;
using Cdp.Benchmarks.Geofences;
using Cdp.Benchmarks.Peers;
using Cdp.Benchmarks.Peers.Server;
using Cdp.Benchmarks.Silos;

// Every figure is a ratio against a peer or a limit that is measured in the same run: machines differ, ratios should not.
var scenario = args.FirstOrDefault() ?? "all";
if (scenario == "load") return await LoadClient.RunAsync(args[1..]);
if (scenario == "peer-server") return await PeerServer.RunAsync(args[1..]);

var report = new Report();
Func<string, bool> wanted = name => scenario == "all" || scenario == name;
// Everything about silos, and nothing else.
Func<string, bool> siloWanted = name => scenario == "silo" || wanted(name);
Func<Task<ServerUnderTest>>[] servers = scenario == "silo" ? [ServerUnderTest.SiloAsync] : [ServerUnderTest.StandaloneAsync, ServerUnderTest.SiloAsync];
if (wanted("hot-read")) await HotRead.RunAsync(report);
if (wanted("commit")) await JournalCommit.RunAsync(report);
if (wanted("commit-postgres")) await PostgresCommit.RunAsync(report);
if (wanted("ingest")) await DurableIngest.RunAsync(report);
if (wanted("event-cost")) await EventCost.RunAsync(report);
if (wanted("merge-cost")) await MergeCost.RunAsync(report);
if (wanted("policy-cost")) await PolicyCost.RunAsync(report);
if (wanted("split-cost")) await SplitCost.RunAsync(report);
if (wanted("audiences")) AudienceCost.Run(report);
if (wanted("triggers")) TriggerCost.Run(report);
if (wanted("geofences")) GeofenceCost.Run(report);
if (scenario == "geofences-million") GeofenceCost.RunMillion(report);
if (wanted("geofence-peers")) await GeofencePeers.RunAsync(report);
if (wanted("memory")) await Memory.RunAsync(report, customers: 100_000);
if (wanted("redis-pairs")) await RedisPairs.RunAsync(report);
if (siloWanted("grain-read")) await GrainRead.RunAsync(report);
if (siloWanted("peer-read")) await PeerScenarios.ReadAsync(report, servers);
if (siloWanted("peer-ingest")) await PeerScenarios.IngestAsync(report, servers);
if (siloWanted("silo-ingest")) await SiloIngest.RunAsync(report);
if (siloWanted("activations")) await Activations.RunAsync(report);
if (scenario == "positions") await PositionsOverHttp.RunAsync(report);
if (scenario == "audience-building") await AudienceBuilding.RunAsync(report, args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1_000_000);
if (scenario == "million") await Memory.RunMillionAsync(report);
report.Print();
return 0;
