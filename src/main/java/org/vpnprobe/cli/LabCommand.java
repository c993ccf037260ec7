package org.vpnprobe.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.config.BoundEndpoint;
import org.vpnprobe.config.InvalidFile;
import org.vpnprobe.config.Loaded;
import org.vpnprobe.lab.Repertoire;
import org.vpnprobe.lab.Serving;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.report.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "lab",
    mixinStandardHelpOptions = true,
    description = {
      "What the embedded lab can rehearse; its servers for other clients.",
      "Without --serve: what a carrier with via: {lab: {…}} can do to traffic, and how it is written.",
      "A file to rehearse with: vpnprobe init --rehearsal."
    })
final class LabCommand implements Callable<Integer> {
  private final Streams streams;
  private final Map<String, String> environment;
  private final CountDownLatch interrupted = new CountDownLatch(1);

  @Mixin private FileOptions file = new FileOptions();

  @Option(
      names = "--serve",
      description =
          "Start a server on loopback for each endpoint of FILE, a rehearsal, print where it listens,"
              + " and go on until interrupted. No carrier interferes there.")
  private boolean serve;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      converter = Spans.class,
      description = "With --serve: end after this long.")
  private @Nullable Duration lasting;

  LabCommand(Streams streams, Map<String, String> environment) {
    this.streams = streams;
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException, InvalidFile {
    if (!serve) {
      if (lasting != null) {
        throw new Refused("--for: has no meaning without --serve; add that");
      }
      repertoire(streams.out());
      return 0;
    }
    Loaded loaded = file.load(streams, environment, options -> options, true);
    if (!loaded.plan().rehearsal()) {
      throw new Refused(
          "the lab serves rehearsals alone: its servers have keys of their own. “vpnprobe init"
              + " --rehearsal FILE” writes one");
    }
    return serve(loaded);
  }

  private static void repertoire(PrintWriter out) {
    String chapter = "";
    for (Repertoire.Act act : Repertoire.acts()) {
      if (!act.chapter().equals(chapter)) {
        out.println((chapter.isEmpty() ? "" : "\n") + act.chapter());
        chapter = act.chapter();
      }
      out.println("  " + act.happens());
      out.println("      " + act.example());
    }
    out.println();
    out.println("Each stands under carriers: NAME: {via: {lab: {…}}}; they can be combined.");
  }

  private int serve(Loaded loaded) throws IOException {
    Thread hook = new Thread(interrupted::countDown);
    Runtime.getRuntime().addShutdownHook(hook);
    try (Serving serving = new Serving()) {
      streams.out().println("endpoint\tprotocol\ttransport\taddress");
      for (BoundEndpoint each : loaded.endpoints().values()) {
        Serving.Listening at = serving.start(each.protocol().name(), each.settings());
        String address =
            new HostPort(at.address().getAddress().getHostAddress(), at.address().getPort())
                .toString();
        streams
            .out()
            .println(
                Printable.of(each.name())
                    + "\t"
                    + each.protocol().name()
                    + "\t"
                    + at.transport().id()
                    + "\t"
                    + address);
      }
      streams.out().flush();
      streams.say("serving on loopback; Ctrl-C ends it");
      return over() ? Interruption.EXIT : 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Interruption.EXIT;
    } finally {
      if (interrupted.getCount() > 0) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    }
  }

  /** Waits; true when it was interrupted before its time. */
  private boolean over() throws InterruptedException {
    if (lasting == null) {
      interrupted.await();
      return true;
    }
    return interrupted.await(lasting.toMillis(), TimeUnit.MILLISECONDS);
  }
}
