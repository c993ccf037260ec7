package org.vpnprobe.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.vpnprobe.config.ConfigSchema;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.config.PlanSummary;
import org.vpnprobe.engine.Cost;
import org.vpnprobe.model.Diagnose;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Profile;
import org.vpnprobe.report.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = "Validate the file and show the plan and its cost. Sends nothing.")
final class CheckCommand implements Callable<Integer> {
  private final Streams streams;
  private final Map<String, String> environment;

  @Mixin private FileOptions file = new FileOptions();

  @Option(names = "--schema", description = "Print the JSON Schema of probes.yaml and end.")
  private boolean schema;

  CheckCommand(Streams streams, Map<String, String> environment) {
    this.streams = streams;
    this.environment = environment;
  }

  @Override
  public Integer call() throws InvalidFile {
    if (schema) {
      streams.out().println(ConfigSchema.json());
      return 0;
    }
    Loaded loaded = file.load(streams, environment, options -> options, true);
    PrintWriter out = streams.out();
    PlanSummary.of(loaded).text().lines().forEach(line -> out.println(Printable.of(line)));
    out.println();
    cost(loaded, out);
    return loaded.plan().rejected().isEmpty() ? 0 : 2;
  }

  /** What may be sent beside handshakes, and to whom. */
  private static String experiments(Plan plan) {
    if (plan.diagnose() == Diagnose.OFF || plan.profile() == Profile.QUICK) {
      return "no experiments: causes stay as deep as the handshakes show";
    }
    return "experiments with what fails: other server names, pieces, single and random bytes on its"
        + " own port"
        + (plan.diagnose() == Diagnose.SAFE ? " (obfuscated endpoints spared)" : "")
        + ", TCP connects to ports 443, 80 and 22 of its address, its name asked of the resolvers"
        + " above; data through what opens a tunnel";
  }

  private static void cost(Loaded loaded, PrintWriter out) {
    Cost cost = Cost.of(loaded.plan(), loaded.limits());
    out.println(
        cost.cells()
            + " cells at "
            + cost.servers()
            + " servers: "
            + cost.leastPackets()
            + " handshakes when everything answers, at most "
            + cost.mostTrials());
    out.println(
        "duration: "
            + Spans.text(cost.shortest())
            + " when everything answers, at most "
            + Spans.text(cost.longest()));
    out.println(
        "with a third of the cells silent at least "
            + Spans.text(Cost.lowerBound(loaded.plan(), loaded.limits(), 1 / 3.0))
            + " for the first tries");
    out.println(experiments(loaded.plan()));
  }
}
