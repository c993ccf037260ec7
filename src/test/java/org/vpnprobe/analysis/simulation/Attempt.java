package org.vpnprobe.analysis.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.analysis.simulation.Meddler.Sight;
import org.vpnprobe.analysis.simulation.Meddler.Type;
import org.vpnprobe.analysis.simulation.Rehearsed.Outcome;
import org.vpnprobe.analysis.simulation.Server.Kind;
import org.vpnprobe.model.Depth;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.model.Observation;
import org.vpnprobe.model.StepName;
import org.vpnprobe.model.Variation;
import org.vpnprobe.model.Variation.Alteration;
import org.vpnprobe.model.Variation.Payload;

/** One trial, packet by packet. */
final class Attempt {
  private static final long[] SYNS = {0, 1000, 3000, 7000};
  private static final long[] LOOKUPS = {0, 2000, 4000};

  /** 1200 bytes at some 11 kbit/s. */
  private static final long SLOW_MS = 850;

  static final String FORGED = "203.0.113.66";

  private static final class Stopped extends Exception {
    private static final long serialVersionUID = 1;
    private final FailureKind kind;
    private final StepName step;
    private final long afterMs;

    Stopped(FailureKind kind, StepName step, long afterMs) {
      this.kind = kind;
      this.step = step;
      this.afterMs = afterMs;
    }
  }

  private final Network network;
  private final String vantage;
  private final Server server;
  private final long began;
  private final double flow;
  private final List<Observation> seen = new ArrayList<>();
  private final List<Meddler> meddlers;
  private String ip;
  private long time;
  private @Nullable Depth reached;

  Attempt(Network network, String vantage, Server server, long at) {
    this.network = network;
    this.vantage = vantage;
    this.server = server;
    this.began = at;
    this.time = at;
    this.ip = server.ip();
    this.flow = network.random().nextDouble();
    this.meddlers = network.meddlers(vantage);
  }

  Outcome made(Variation variation) {
    try {
      make(variation);
      return outcome(null, StepName.HANDSHAKE, -1);
    } catch (Stopped e) {
      return outcome(e.kind, e.step, e.afterMs);
    }
  }

  private Outcome outcome(@Nullable FailureKind failure, StepName step, long afterMs) {
    boolean waited = failure == FailureKind.GENERIC_TIMEOUT_ERROR;
    long took = waited ? Math.max(time - began, deadline()) : Math.max(1, time - began);
    return new Outcome(
        failure,
        reached,
        took,
        new Rehearsed.Details(step, afterMs, seen, ip + ":" + server.port()));
  }

  private long deadline() {
    return server.kind().deadlineMs();
  }

  private void make(Variation variation) throws Stopped {
    switch (variation) {
      case Variation.Same same -> handshake(server.sni(), 0, false, null);
      case Variation.OtherSni other -> handshake(other.name(), 0, false, null);
      case Variation.OtherAddress other -> handshake(server.sni(), 0, false, other.address());
      case Variation.FirstFlight altered -> {
        boolean junk = altered.how() == Alteration.JUNK_FIRST;
        int torn =
            switch (altered.how()) {
              case SPLIT_RECORDS -> 2;
              case SPLIT_SEGMENTS -> 1;
              case SMALL_SEGMENTS, JUNK_FIRST -> 0;
            };
        handshake(server.sni(), torn, junk, null);
      }
      case Variation.OtherPort other -> {
        connect(other.port());
        reached = Depth.PORT;
      }
      case Variation.RawBytes raw -> {
        connect(server.port());
        reached = Depth.PORT;
        if (raw.payload() == Payload.NONE) {
          if (is(Meddling.OWN_RESET_AT_ONCE)) {
            throw new Stopped(FailureKind.CONNECTION_RESET, StepName.HANDSHAKE, 1);
          }
          observe("reaction", "silence");
          time += deadline() / 4;
          return;
        }
        boolean random = raw.payload() == Payload.RANDOM;
        foreign(new Sight(random ? Type.RANDOM : Type.BYTES, true, "", 0, true), raw.payload());
      }
      case Variation.OtherProtocol other -> {
        connect(server.port());
        reached = Depth.PORT;
        foreign(new Sight(Type.HELLO, true, "www.example.com", 0, true), null);
      }
      case Variation.DataAfter data -> {
        handshake(server.sni(), 0, false, null);
        data(data);
      }
      case Variation.Lookup lookup -> lookup(lookup);
    }
  }

  // The endpoint's own handshake.

  private void handshake(@Nullable String name, int torn, boolean junk, @Nullable String at)
      throws Stopped {
    if (at != null) {
      ip = at;
    } else {
      resolve();
    }
    Kind kind = server.kind();
    if (kind.tcp()) {
      connect(server.port());
      reached = Depth.PORT;
    }
    boolean silent = network.ignores(server);
    StepName step = kind.tls() ? StepName.TLS : StepName.HANDSHAKE;
    Sight first = first(name, torn, !junk);
    for (int trip = 0; trip < kind.roundTrips(); trip++) {
      Sight sight = trip == 0 ? first : new Sight(Type.LATER, kind.tcp(), "", 0, false);
      exchange(sight, server.port(), kind.repeatsMs(), step, silent);
    }
    reached = Depth.HANDSHAKE;
    if (kind == Kind.TUNNEL) {
      if (is(Meddling.AFTER_HANDSHAKE)) {
        throw new Stopped(FailureKind.GENERIC_TIMEOUT_ERROR, StepName.TUNNEL, -1);
      }
      Sight data = new Sight(Type.LATER, false, "", 0, false);
      exchange(data, server.port(), new long[] {0, 1000, 2000, 3000}, StepName.TUNNEL, false);
    }
  }

  private Sight first(@Nullable String name, int torn, boolean begins) {
    Kind kind = server.kind();
    if (kind.tls()) {
      return new Sight(Type.HELLO, true, Objects.requireNonNull(name), torn, true);
    }
    return kind == Kind.SHADOWSOCKS
        ? new Sight(Type.RANDOM, true, kind.protocol(), 0, true)
        : new Sight(Type.FIRST, kind.tcp(), kind.protocol(), 0, begins);
  }

  private void connect(int port) throws Stopped {
    long before = time;
    exchange(new Sight(Type.SYN, true, "", 0, true), port, SYNS, StepName.CONNECT, false);
    observe("rtt_ms", String.format(Locale.ROOT, "%d.0", time - before));
  }

  private void observe(String key, String value) {
    seen.add(new Observation(Duration.ofMillis(time - began), key, value));
  }

  private boolean is(Meddling kind) {
    return meddlers.stream().anyMatch(m -> m.kind() == kind && m.server().equals(server));
  }

  /** One flight, sent again until its answer comes. */
  private void exchange(Sight sight, int port, long[] repeats, StepName step, boolean silent)
      throws Stopped {
    long sentFirst = time;
    Optional<Meddler> stopping =
        meddlers.stream().filter(m -> m.stops(sight, ip, port)).findFirst();
    for (long repeat : repeats) {
      long sent = sentFirst + repeat;
      long trip = network.roundTripMs(vantage, ip);
      if (sent + trip > began + deadline()) {
        break;
      }
      if (!network.passes(vantage, ip, flow, sent)) {
        continue;
      }
      Optional<Meddler> by = punished(port, sent) ? punisher() : stopping;
      if (by.isPresent()) {
        if (!punished(port, sent)) {
          network.punish(by.get(), ip, port, sent);
        }
        forge(by.get(), sent, sentFirst, trip, step, sight.type() == Type.SYN);
        continue;
      }
      if (silent || ip.equals(FORGED) || !network.passes(vantage, ip, flow, sent + trip / 2)) {
        continue;
      }
      time = sent + trip;
      boolean closed = sight.type() == Type.SYN && !network.open(ip, port);
      if (closed && network.refuses(ip)) {
        throw new Stopped(FailureKind.CONNECTION_REFUSED, step, repeat + trip);
      }
      if (!closed) {
        return;
      }
    }
    throw new Stopped(FailureKind.GENERIC_TIMEOUT_ERROR, step, -1);
  }

  private boolean punished(int port, long at) {
    return network.punished(vantage, ip, port, at);
  }

  private Optional<Meddler> punisher() {
    return meddlers.stream()
        .filter(m -> m.penaltySeconds() > 0 && m.server().equals(server))
        .findFirst()
        .or(() -> meddlers.stream().filter(m -> m.penaltySeconds() > 0).findFirst());
  }

  /** Those who reset send one, which may be lost; a refusal needs no more. */
  private void forge(Meddler by, long sent, long first, long trip, StepName step, boolean syn)
      throws Stopped {
    // Sent right behind the SYN-ACK it is there as soon as something has been written.
    boolean atOnce = by.kind() == Meddling.OWN_RESET_AT_ONCE;
    long after = atOnce ? 1 : by.near() && !by.kind().own() ? 5 + trip / 10 : trip;
    if (by.kind().resets() && network.passes(vantage, ip, flow, sent + after)) {
      time = sent + after;
      FailureKind kind = syn ? FailureKind.CONNECTION_REFUSED : FailureKind.CONNECTION_RESET;
      throw new Stopped(kind, step, time - first);
    }
  }

  // Foreign bytes.

  private void foreign(Sight sight, @Nullable Payload payload) throws Stopped {
    long patience = deadline() / 4;
    StepName step = payload == null ? StepName.TLS : StepName.HANDSHAKE;
    boolean answers = server.kind().tls() || server.kind() == Kind.OPENVPN_TCP;
    boolean waits = payload == Payload.ONE_BYTE || payload == Payload.NONE || !answers;
    try {
      exchange(sight, server.port(), server.kind().repeatsMs(), step, network.ignores(server));
      observe(
          "reaction",
          waits ? "silence" : payload == null && server.kind().tls() ? "bytes" : "closed");
      time += waits ? patience : 0;
    } catch (Stopped e) {
      if (e.kind != FailureKind.GENERIC_TIMEOUT_ERROR) {
        throw e;
      }
      observe("reaction", "silence");
      time = began + patience;
    }
  }

  // Data after the handshake.

  private void data(Variation.DataAfter plan) throws Stopped {
    int sends = Math.max(plan.packets(), plan.kilobytes() * 1024 / 1200);
    long limit = is(Meddling.FREEZE) ? 16 + network.random().nextInt(24) : Long.MAX_VALUE;
    long bytes = 0;
    long busy = 0;
    int packets = 0;
    int lostInRow = 0;
    for (int burst = 0; burst < 2; burst++) {
      for (int i = 0; i < sends; i++) {
        long trip = is(Meddling.SLOWED) ? SLOW_MS : network.roundTripMs(vantage, ip);
        boolean came =
            bytes / 1024 < limit
                && network.passes(vantage, ip, flow, time)
                && network.passes(vantage, ip, flow, time + trip / 2);
        busy += came ? trip : 0;
        bytes += came ? 1200 : 0;
        packets += came ? 1 : 0;
        lostInRow = came ? 0 : lostInRow + 1;
        time += came ? Math.max(trip, plan.seconds() * 1000L / sends) : 1000;
        if (lostInRow == 8) {
          observe("data_kbps", Long.toString(busy == 0 ? 0 : bytes * 8 / busy));
          observe("frozen_after_kb", Long.toString(bytes / 1024));
          observe("frozen_after_packets", Integer.toString(packets));
          throw new Stopped(FailureKind.DATA_ECHO_FAILED, StepName.TUNNEL, -1);
        }
      }
      observe("data_kb", Long.toString(bytes / 1024));
      observe("data_packets", Integer.toString(packets));
      observe("data_kbps", Long.toString(busy == 0 ? 0 : bytes * 8 / busy));
      time += burst == 0 ? plan.idleSeconds() * 1000L : 0;
    }
    trains();
  }

  /** Trains of 32 packets: one that is not complete is waited for. */
  private void trains() {
    long took = 0;
    long bytes = 0;
    long fastest = Long.MAX_VALUE;
    for (int train = 0; train < 13 && took < 8000; train++) {
      long trip = is(Meddling.SLOWED) ? SLOW_MS : network.roundTripMs(vantage, ip);
      fastest = Math.min(fastest, trip);
      int came = 0;
      for (int i = 0; i < 32; i++) {
        came +=
            network.passes(vantage, ip, flow, time + took)
                    && network.passes(vantage, ip, flow, time + took + trip / 2)
                ? 1
                : 0;
      }
      long waited = trip + Math.max(200, 2 * trip);
      // As many as a policer has had tokens for since, 16 bytes a millisecond.
      long tokens = 16 * waited / 1200;
      came = is(Meddling.POLICED) ? (int) Math.min(came, tokens) : is(Meddling.SLOWED) ? 1 : came;
      took += came == 32 ? trip : came == 0 ? 1000 : waited;
      bytes += 1200L * came;
    }
    observe("data_rate_kbps", Long.toString(bytes * 8 / Math.max(1, took)));
    observe("data_trip_us", Long.toString(1000 * fastest));
    time += took;
  }

  // Names.

  private void resolve() throws Stopped {
    if (server.dnsName() != null) {
      if (is(Meddling.NAME_DENIED)) {
        time += 20;
        throw new Stopped(FailureKind.DNS_NXDOMAIN_ERROR, StepName.RESOLVE, -1);
      }
      if (is(Meddling.NAME_BOGON)) {
        bogon();
      }
      answer("resolver", true);
      boolean misled = is(Meddling.NAME_FORGED) || is(Meddling.OWN_DEAD_ADDRESS);
      ip = misled ? FORGED : server.ip();
    }
  }

  private void bogon() throws Stopped {
    observe("dns_answer", "10.10.34.36");
    observe("dns_bogon", "10.10.34.36");
    time += 20;
    throw new Stopped(FailureKind.DNS_BOGON_ERROR, StepName.RESOLVE, -1);
  }

  /** A question that a resolver answers unless it is lost. */
  private void answer(String from, boolean exists) throws Stopped {
    for (long repeat : LOOKUPS) {
      if (exists
          && network.passes(vantage, from, flow, time + repeat)
          && network.passes(vantage, from, flow, time + repeat + 20)) {
        time += repeat + 40;
        return;
      }
    }
    time += 5000;
    throw new Stopped(FailureKind.GENERIC_TIMEOUT_ERROR, StepName.RESOLVE, -1);
  }

  private void lookup(Variation.Lookup lookup) throws Stopped {
    if (lookup.way() != Variation.Way.HTTPS && is(Meddling.OWN_DEAD_ADDRESS)) {
      answer("resolver", true);
      observe("dns_answer", FORGED);
      return;
    }
    if (lookup.name() != null) {
      answer(Objects.requireNonNull(lookup.server()), false); // Nobody minds that name.
    }
    boolean seenOnTheWay = lookup.way() == Variation.Way.UDP;
    if (seenOnTheWay && is(Meddling.NAME_BOGON)) {
      bogon();
    }
    boolean own = lookup.resolver() == null && lookup.server() == null;
    if (own && is(Meddling.NAME_DENIED)) {
      time += 20;
      throw new Stopped(FailureKind.DNS_NXDOMAIN_ERROR, StepName.RESOLVE, -1);
    }
    if (seenOnTheWay && is(Meddling.NAME_FORGED)) {
      time += 15;
      observe("dns_answer", FORGED);
      if (lookup.server() == null && network.random().nextInt(10) < 7) {
        observe("dns_second_answer", server.ip());
      }
      return;
    }
    answer(lookup.server() == null ? "resolver" : lookup.server(), lookup.server() == null);
    observe("dns_answer", server.ip());
  }
}
