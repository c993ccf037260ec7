package org.vpnprobe.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.BoundVantage;
import org.vpnprobe.config.CarrierCatalog;
import org.vpnprobe.config.EgressFrom;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.config.Options;
import org.vpnprobe.config.ProbeFile;
import org.vpnprobe.lab.Lab;
import org.vpnprobe.model.Egress;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.model.InvalidSetting;
import org.vpnprobe.model.Role;
import org.vpnprobe.model.VantageFacts;
import org.vpnprobe.model.Via;
import org.vpnprobe.report.Printable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "whoami",
    mixinStandardHelpOptions = true,
    description = {
      "Which carrier am I on? Looks up the address of this host, or of each vantage of a FILE, in"
          + " your ASN table.",
      "Nobody is asked unless you name them: by --stun or --https, or by egress: in the file."
    })
final class WhoamiCommand implements Callable<Integer> {
  private static final List<String> COLUMNS =
      List.of(
          "vantage",
          "how",
          "address",
          "asn",
          "as_name",
          "country",
          "network",
          "carriers",
          "findings");

  /** As in a run: something could not be found out. */
  private static final int INCONCLUSIVE = 3;

  private final Streams streams;
  private final Map<String, String> environment;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      description = "A probes.yaml, for its vantages. Default: this host's own routing.")
  private @Nullable Path file;

  @Mixin private AsnTableOption asnTable = new AsnTableOption();

  @ArgGroup private @Nullable Source source;

  /** Who tells the address. */
  static final class Source {
    @Option(names = "--address", paramLabel = "IP", description = "Look this address up.")
    private @Nullable String address;

    @Option(
        names = "--stun",
        paramLabel = "HOST[:PORT]",
        description = "Ask this STUN server for the address it sees.")
    private @Nullable String stun;

    @Option(
        names = "--https",
        paramLabel = "URL",
        description = "Ask this page for the address it sees.")
    private @Nullable String https;
  }

  WhoamiCommand(Streams streams, Map<String, String> environment) {
    this.streams = streams;
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException, InvalidFile {
    List<BoundVantage> vantages = new ArrayList<>();
    Map<String, VantageFacts> facts = new HashMap<>();
    Path table = asnTable.table(environment);
    EgressFrom asked = source == null ? null : from(source);
    if (file == null) {
      vantages.add(new BoundVantage("this host", Role.CARRIER, new Via.Direct(), null, asked));
    } else {
      Loaded loaded = load(file);
      table = loaded.asnTable();
      for (BoundVantage v : loaded.vantages().values()) {
        EgressFrom egress = asked == null ? v.egress() : asked;
        vantages.add(new BoundVantage(v.name(), v.role(), v.via(), v.resolver(), egress));
      }
      loaded.plan().vantages().forEach(vantage -> facts.put(vantage.name(), vantage));
    }
    List<Egress> egresses =
        AsnTableOption.whereabouts(table, false).of(vantages, facts, Egress.Moment.START);
    if (streams.terminal().out()) {
      egresses.forEach(egress -> told(egress, streams.out()));
    } else {
      streams.out().println(String.join("\t", COLUMNS));
      egresses.forEach(egress -> streams.out().println(row(egress)));
    }
    List<Egress> unknown = egresses.stream().filter(egress -> egress.asn() == null).toList();
    unknown.forEach(egress -> streams.say("could not be found out: " + why(egress)));
    return unknown.isEmpty() ? 0 : INCONCLUSIVE;
  }

  private static String why(Egress egress) {
    String findings =
        egress.findings().stream().map(Egress.Finding::text).collect(Collectors.joining("; "));
    return Printable.of(
        egress.vantage() + " has no AS number" + (findings.isEmpty() ? "" : ": " + findings));
  }

  private Loaded load(Path named) throws InvalidFile {
    if (!Files.exists(named)) {
      throw new Refused(named + ": no such file; name a probes.yaml, or none for this host");
    }
    Options options =
        Options.of(Version.text(), Instant.now(), "whoami")
            .withEnv(name -> Optional.ofNullable(environment.get(name)))
            .withLab(Lab::material)
            .withAsnTable(asnTable.table());
    // The carrier named auto stays auto here: who it is, is what we are about to say.
    return ProbeFile.load(named, options.withScout((vantage, t) -> null));
  }

  private static EgressFrom from(Source source) {
    try {
      if (source.address != null) {
        return new EgressFrom.Given(InetAddress.ofLiteral(source.address));
      }
      if (source.stun != null) {
        return new EgressFrom.Stun(HostPort.of(source.stun));
      }
    } catch (InvalidSetting e) {
      throw new Refused("--stun: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new Refused("--address: expected an IP address, such as 203.0.113.7");
    }
    String url = Objects.requireNonNull(source.https);
    if (okhttp3.HttpUrl.parse(url) == null || !url.startsWith("https://")) {
      throw new Refused(
          "--https: expected https://…, a page that answers with the address it sees");
    }
    return new EgressFrom.Https(url);
  }

  private void told(Egress egress, PrintWriter out) {
    Paint paint = new Paint(streams.terminal().colour());
    String carriers = carriers(egress);
    String number = Printable.of(egress.shown());
    out.println(
        paint.bold(Printable.of(egress.vantage()))
            + ": "
            + (number.isEmpty() ? "not known" : number)
            + (egress.country() == null ? "" : ", " + egress.country())
            + (carriers.isEmpty() ? "" : ", carrier " + carriers)
            + (egress.network() == null ? "" : ", " + egress.network().id())
            + (egress.address() == null
                ? ""
                : paint.faint(" [" + egress.address() + ", " + egress.how().id() + "]")));
    egress.findings().forEach(found -> out.println("  " + Printable.of(found.text())));
  }

  private static String row(Egress egress) {
    return java.util.stream.Stream.of(
            egress.vantage(),
            egress.how().id(),
            egress.address(),
            egress.asn(),
            egress.asName(),
            egress.country(),
            egress.network() == null ? null : egress.network().id(),
            carriers(egress),
            egress.findings().stream().map(Egress.Finding::id).collect(Collectors.joining(" ")))
        .map(field -> field == null ? "" : Printable.of(field.toString()))
        .collect(Collectors.joining("\t"));
  }

  private static String carriers(Egress egress) {
    return egress.asn() == null
        ? ""
        : CarrierCatalog.shipped().withAsn(egress.asn()).stream()
            .map(CarrierCatalog.Known::name)
            .collect(Collectors.joining(" "));
  }
}
