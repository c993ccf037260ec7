package org.vpnprobe.lab;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.DnsRule;
import org.vpnprobe.model.DnsRule.Action;
import org.vpnprobe.model.Family;
import org.vpnprobe.model.Interference;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** DNS behind one carrier: what the lab's resolvers answer, and what becomes of it on the way. */
final class LabDns implements AutoCloseable {
  /** RFC 2308 lets negative answers live; the lab's answers do not need to be kept. */
  private static final long TTL = 60;

  /**
   * What comes of one query.
   *
   * @param forged the carrier's answer, null when it gives none
   * @param race the forged answer comes early, the query goes on
   * @param passes the query reaches whom it was sent to
   */
  record Outcome(byte @Nullable [] forged, boolean race, boolean passes) {
    static final Outcome PASSES = new Outcome(null, false, true);
    static final Outcome SWALLOWED = new Outcome(null, false, false);
  }

  private final LabNetwork network;
  private final boolean captive;
  private final List<DnsRule> rules = new ArrayList<>();
  private final Map<InetSocketAddress, Responder> overTcp = new ConcurrentHashMap<>();

  LabDns(Interference interference, LabNetwork network) {
    this.network = network;
    this.captive = interference.portal() != null;
    if (interference.nxdomain() != null) {
      rules.add(
          new DnsRule(Action.POISON, interference.nxdomain(), null, DnsRule.Rcode.NXDOMAIN, true));
    }
    rules.addAll(Patterns.or(interference.dns()));
  }

  /** What comes of a query that is sent to a server. */
  Outcome query(byte[] bytes, InetSocketAddress server, boolean tcp) {
    Message query = message(bytes);
    if (query == null) {
      return Outcome.PASSES;
    }
    if (captive) {
      byte[] forged = answer(query, Rcode.NOERROR, List.of(Portal.ADDRESS));
      return new Outcome(forged, false, false);
    }
    String name = query.getQuestion().getName().toString(true);
    for (DnsRule rule : rules) {
      boolean reached =
          (!tcp || (Boolean.TRUE.equals(rule.tcp()) && rule.action() != Action.INJECT))
              && (rule.action() != Action.POISON || network.isOwnResolver(server));
      if (reached && (rule.names() == null || Patterns.cover(rule.names(), name))) {
        return outcome(rule, query);
      }
    }
    return Outcome.PASSES;
  }

  private static Outcome outcome(DnsRule rule, Message query) {
    if (rule.action() == Action.DROP) {
      return Outcome.SWALLOWED;
    }
    DnsRule.Rcode code = rule.rcode();
    int rcode =
        code == null
            ? Rcode.NOERROR
            : switch (code) {
              case NXDOMAIN -> Rcode.NXDOMAIN;
              case REFUSED -> Rcode.REFUSED;
              case SERVFAIL -> Rcode.SERVFAIL;
            };
    boolean race = rule.action() == Action.INJECT;
    return new Outcome(answer(query, rcode, Patterns.or(rule.answer())), race, race);
  }

  /** What a resolver of the lab says; empty for what is no query. */
  Optional<byte[]> truth(byte[] bytes) {
    Message query = message(bytes);
    if (query == null) {
      return Optional.empty();
    }
    String name = query.getQuestion().getName().toString(true);
    List<InetAddress> all = new ArrayList<>(network.resolve(name, Family.IP4));
    all.addAll(network.resolve(name, Family.IP6));
    return Optional.of(answer(query, all.isEmpty() ? Rcode.NXDOMAIN : Rcode.NOERROR, all));
  }

  private static @Nullable Message message(byte[] bytes) {
    try {
      Message message = new Message(bytes);
      return message.getQuestion() == null || message.getHeader().getFlag(Flags.QR)
          ? null
          : message;
    } catch (IOException | RuntimeException e) {
      return null; // Hostile bytes may meet any check of the library.
    }
  }

  /** RFC 1035 section 4.1; only addresses of the asked family are answers. */
  private static byte[] answer(Message query, int rcode, List<InetAddress> addresses) {
    Message answer = new Message(query.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.getHeader().setFlag(Flags.RD);
    answer.getHeader().setFlag(Flags.RA);
    answer.getHeader().setRcode(rcode);
    Record question = query.getQuestion();
    answer.addRecord(question, Section.QUESTION);
    Name name = question.getName();
    for (InetAddress address : addresses) {
      boolean four = address instanceof Inet4Address;
      if (question.getType() == (four ? Type.A : Type.AAAA)) {
        answer.addRecord(
            four
                ? new ARecord(name, DClass.IN, TTL, address)
                : new AAAARecord(name, DClass.IN, TTL, address),
            Section.ANSWER);
      }
    }
    return answer.toWire();
  }

  /** Where this resolver's TCP port is on loopback (RFC 7766). */
  InetSocketAddress overTcp(InetSocketAddress resolver) throws IOException {
    Responder running = overTcp.get(resolver);
    if (running == null) {
      Responder started =
          new StreamServer(
              new ServerSocket(0, 128, InetAddress.getLoopbackAddress()),
              connection -> serve(connection, resolver));
      running = overTcp.putIfAbsent(resolver, started);
      if (running == null) {
        return started.address();
      }
      started.close();
    }
    return running.address();
  }

  private void serve(Socket connection, InetSocketAddress resolver) throws IOException {
    DataInputStream in = new DataInputStream(connection.getInputStream());
    DataOutputStream out = new DataOutputStream(connection.getOutputStream());
    while (true) {
      byte[] query = in.readNBytes(in.readUnsignedShort());
      Outcome outcome = query(query, resolver, true);
      byte[] answer =
          outcome.forged() != null
              ? outcome.forged()
              : outcome.passes() ? truth(query).orElse(null) : null;
      if (answer != null) {
        byte[] framed = new byte[2 + answer.length];
        framed[0] = (byte) (answer.length >> 8);
        framed[1] = (byte) answer.length;
        System.arraycopy(answer, 0, framed, 2, answer.length);
        out.write(framed);
        out.flush();
      }
    }
  }

  @Override
  public void close() {
    overTcp.values().forEach(Responder::close);
  }
}
