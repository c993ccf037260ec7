package org.vpnprobe.lab;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FlowRule;
import org.vpnprobe.model.TrafficKind;
import org.vpnprobe.model.Transport;

/** A middlebox's memory of one flow: it passes until a rule acts. */
final class FlowWatch {
  /** A middlebox gives up recognising after this many packets of the client. */
  private static final int WATCHED = 16;

  /** RFC 3948: where ESP travels in UDP. */
  private static final int IKE_NAT_PORT = 4500;

  private static final byte[] SSH = {'S', 'S', 'H', '-'};

  private static final class Memory {
    final FlowRule rule;
    boolean recognised;
    boolean acted;
    int dataPackets;

    Memory(FlowRule rule) {
      this.rule = rule;
      this.recognised = Middlebox.needsNoPayload(rule);
    }
  }

  private final Middlebox middlebox;
  private final Transport transport;
  private final InetSocketAddress server;
  private final int localPort;
  private final List<Memory> memories;
  private final ByteArrayOutputStream beginning = new ByteArrayOutputStream();
  private int clientPackets;
  private int serverPackets;
  private long bytes;

  /** It began a time of blocking that is for later flows. */
  private boolean exempt;

  private volatile Effect effect = Effect.PASS;
  private volatile @Nullable Integer rate;

  FlowWatch(
      Middlebox middlebox,
      Transport transport,
      InetSocketAddress server,
      int localPort,
      List<FlowRule> rules) {
    this.middlebox = middlebox;
    this.transport = transport;
    this.server = server;
    this.localPort = localPort;
    this.memories = rules.stream().map(Memory::new).toList();
  }

  /** What has become of the flow so far. */
  Effect effect() {
    return effect;
  }

  /** Bytes per second, null when nobody slows it down. */
  @Nullable Integer rate() {
    return rate;
  }

  /** The client sends a datagram, or writes to a connection; returns what becomes of it. */
  synchronized Effect client(byte[] packet) {
    Effect penalty = exempt ? Effect.PASS : middlebox.penalty(transport, server, localPort);
    if (!penalty.passes()) {
      return settle(penalty, true);
    }
    clientPackets++;
    bytes += packet.length;
    if (clientPackets <= WATCHED && !memories.isEmpty()) {
      beginning.writeBytes(packet);
    }
    for (Memory memory : memories) {
      memory.recognised |= clientPackets <= WATCHED && recognises(memory.rule, packet);
    }
    return act(packet);
  }

  /** Something came from the server; returns what becomes of it. */
  synchronized Effect server(byte[] packet) {
    serverPackets++;
    bytes += packet.length;
    if (serverPackets == 1 && startsWith(packet, SSH)) {
      memories.stream()
          .filter(memory -> wants(memory.rule, TrafficKind.SSH))
          .forEach(memory -> memory.recognised = true);
    }
    return act(packet);
  }

  private Effect act(byte[] packet) {
    for (Memory memory : memories) {
      if (!effect.passes()) {
        return effect;
      }
      if (memory.recognised && !memory.acted) {
        memory.dataPackets += isData(memory.rule, packet) ? 1 : 0;
        if (isDue(memory)) {
          Effect acted = act(memory);
          if (!acted.passes()) {
            return acted;
          }
        }
      }
    }
    return effect;
  }

  private Effect act(Memory memory) {
    FlowRule rule = memory.rule;
    memory.acted = true;
    if (rule.rate() != null) {
      rate = rule.rate();
      return Effect.PASS;
    }
    FlowRule.Residual residual = rule.residual();
    if (residual == null) {
      return settle(Middlebox.effect(rule), false);
    }
    middlebox.punish(rule, residual, transport, server, localPort);
    if (Boolean.TRUE.equals(residual.firstPasses())) {
      exempt = true;
      return Effect.PASS;
    }
    // When the time is over, the flow's next packet may trigger it again.
    memory.acted = transport == Transport.TCP;
    memory.recognised = memory.acted;
    return settle(Middlebox.effect(rule), true);
  }

  /** A connection that lost bytes is lost; a datagram is only that datagram. */
  private Effect settle(Effect found, boolean passing) {
    if (!passing || transport == Transport.TCP) {
      effect = found;
    }
    return found;
  }

  private boolean isDue(Memory memory) {
    FlowRule.After after = memory.rule.after();
    return after == null
        || (after.packets() != null && clientPackets + serverPackets > after.packets())
        || (after.dataPackets() != null && memory.dataPackets > after.dataPackets())
        || (after.bytes() != null && bytes > after.bytes());
  }

  private boolean recognises(FlowRule rule, byte[] packet) {
    if (Middlebox.needsNoPayload(rule)) {
      return true;
    }
    boolean first = clientPackets == 1;
    if (packet.length == 0 || (!first && Boolean.TRUE.equals(rule.firstPacketOnly()))) {
      return false;
    }
    if (wants(rule, TrafficKind.ANY)
        || (wants(rule, TrafficKind.ENCRYPTED)
            && first
            && transport == Transport.TCP
            && FullyEncrypted.looksLike(packet))) {
      return true;
    }
    return matches(rule, flight(rule, packet));
  }

  private FirstFlight flight(FlowRule rule, byte[] packet) {
    if (transport == Transport.UDP) {
      return FirstFlight.datagram(packet);
    }
    return Boolean.TRUE.equals(rule.reassembles())
        ? FirstFlight.reassembled(beginning.toByteArray())
        : FirstFlight.stream(packet);
  }

  private static boolean matches(FlowRule rule, FirstFlight flight) {
    String protocol = flight.protocol();
    if (protocol.isEmpty()
        || (rule.protocols() != null
            && rule.protocols().stream().noneMatch(kind -> kind.id().equals(protocol)))) {
      return false;
    }
    if (rule.sni() == null && rule.httpHost() == null) {
      return true;
    }
    boolean hello = protocol.equals("tls") || (protocol.equals("quic") && rule.protocols() != null);
    return (hello && Patterns.cover(rule.sni(), flight.name()))
        || (protocol.startsWith("http") && Patterns.cover(rule.httpHost(), flight.name()));
  }

  private static boolean wants(FlowRule rule, TrafficKind kind) {
    return Patterns.or(rule.protocols()).contains(kind);
  }

  /** A packet of a tunnel that is up, told by its first bytes. */
  private boolean isData(FlowRule rule, byte[] packet) {
    int at = transport == Transport.TCP ? 2 : 0; // OpenVPN over TCP: after the length.
    if (packet.length <= at + 4) {
      return false;
    }
    // WireGuard paper section 5.4.6; P_DATA_V1 and P_DATA_V2; RFC 3948 section 2.2: no zeros on
    // port 4500; RFC 9000 section 17.3.
    int opcode = (packet[at] & 0xff) >> 3;
    boolean zeros = packet[1] == 0 && packet[2] == 0 && packet[3] == 0;
    return (wants(rule, TrafficKind.OPENVPN) && (opcode == 6 || opcode == 9))
        || (wants(rule, TrafficKind.WIREGUARD) && packet[0] == 4 && zeros)
        || (wants(rule, TrafficKind.IKEV2)
            && server.getPort() == IKE_NAT_PORT
            && !(packet[0] == 0 && zeros))
        || (wants(rule, TrafficKind.QUIC) && (packet[0] & 0xc0) == 0x40);
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && java.util.Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }
}
