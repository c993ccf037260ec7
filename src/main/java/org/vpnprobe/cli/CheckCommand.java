package org.vpnprobe.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.vpnprobe.config.BoundVantage;
import org.vpnprobe.config.ConfigSchema;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.config.PlanSummary;
import org.vpnprobe.engine.Cost;
import org.vpnprobe.engine.Descriptors;
import org.vpnprobe.model.Diagnose;
import org.vpnprobe.model.Plan;
import org.vpnprobe.model.Profile;
import org.vpnprobe.model.Via;
import org.vpnprobe.net.Vantage;
import org.vpnprobe.net.Vantages;
import org.vpnprobe.protocol.Protocols;
import org.vpnprobe.report.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = "Validate the file and show the plan and its cost. Sends nothing.")
final class CheckCommand implements Callable<Integer> {
  private static final int MOST_NAMED = 60;

  private final Streams streams;
  private final Map<String, String> environment;

  @Mixin private FileOptions file = new FileOptions();

  @Option(names = "--schema", description = "Print the JSON Schema of probes.yaml and end.")
  private boolean schema;

  @Option(
      names = "--all",
      description = "Name all endpoints and contacted servers, also when there are many.")
  private boolean all;

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
    String summary = PlanSummary.of(loaded).text(all ? Integer.MAX_VALUE : MOST_NAMED);
    summary.lines().forEach(line -> out.println(Printable.of(line)));
    out.println();
    sends(loaded.plan(), out);
    cost(loaded, out);
    unusable(loaded);
    Descriptors.tooFew(loaded.plan(), loaded.limits())
        .ifPresent(why -> streams.say("warning: " + why));
    return loaded.plan().rejected().isEmpty() ? 0 : 2;
  }

  /** What one handshake of each protocol of the plan is, by the protocol's own word. */
  private static void sends(Plan plan, PrintWriter out) {
    out.println("Each handshake sends");
    Set<String> protocols = new TreeSet<>();
    plan.endpoints().stream()
        .filter(endpoint -> !endpoint.keysMissing())
        .forEach(endpoint -> protocols.add(endpoint.protocol()));
    int width = protocols.stream().mapToInt(String::length).max().orElse(0);
    for (String name : protocols) {
      String what = Protocols.named(name).orElseThrow().about().sends();
      out.println("  " + name + " ".repeat(width - name.length() + 2) + what);
    }
    if (protocols.isEmpty()) {
      out.println("  nothing: no endpoint has the keys that its protocol needs");
    }
    out.println();
  }

  /** Looks at interfaces and routes; sends nothing. */
  private void unusable(Loaded loaded) {
    for (BoundVantage each : loaded.vantages().values()) {
      if (each.via() instanceof Via.Lab) {
        continue;
      }
      try (Vantage vantage = Vantages.open(each.via(), each.resolver(), each.name())) {
        vantage
            .preflight()
            .ifPresent(why ->
                streams.say(
                    "warning: from "
                        + Printable.of(each.name() + " nothing can be sent now: " + why)));
      }
    }
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
        count(cost.cells(), "cell")
            + " at "
            + count(cost.servers(), "server")
            + ": "
            + count(cost.leastPackets(), "handshake")
            + " when everything answers, at most "
            + cost.mostTrials());
    out.println(
        "rate: at most "
            + Cost.FLOWS_PER_SECOND
            + " new flows a second from each vantage, "
            + Cost.concurrency(loaded.limits())
            + " at a time (limits: in the file)");
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

  private static String count(long number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
