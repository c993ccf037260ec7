package org.vpnprobe.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.obfs4.BridgeKey;
import org.vpnprobe.protocol.obfs4.Elligator2;
import org.vpnprobe.protocol.obfs4.Frames;
import org.vpnprobe.protocol.obfs4.Hello;
import org.vpnprobe.protocol.obfs4.Ntor;

/** The server's side of obfs4: silent to all who do not know the bridge, or repeat a hello. */
final class Obfs4Bridge {
  /** Bridges forget after three hours; a lab does not run so long. */
  private static final int MOST_REMEMBERED = 1 << 16;

  private final BridgeKey bridge;
  private final byte[] secret;
  private final InetSocketAddress relay;
  private final Clock clock;
  private final SecureRandom random;
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  /**
   * @param secret of the bridge's public key
   * @param relay where what is inside goes to
   */
  Obfs4Bridge(
      BridgeKey bridge, byte[] secret, InetSocketAddress relay, Clock clock, SecureRandom random) {
    this.bridge = bridge;
    this.secret = secret;
    this.relay = relay;
    this.clock = clock;
    this.random = random;
  }

  void serve(Socket connection) throws IOException {
    InputStream in = connection.getInputStream();
    Optional<Hello.Question> question = question(in);
    if (question.isEmpty() || !isNew(question.get())) {
      in.transferTo(OutputStream.nullOutputStream());
      return;
    }
    Elligator2.KeyPair ours = Elligator2.generate(random);
    Ntor.Result ntor = Ntor.server(ours, question.get().clientKey(), bridge, secret);
    byte[] keys = Ntor.expand(ntor.keySeed(), 2 * Frames.KEY_LENGTH);
    Frames fromClient = new Frames(Arrays.copyOf(keys, Frames.KEY_LENGTH));
    Frames toClient = new Frames(Arrays.copyOfRange(keys, Frames.KEY_LENGTH, keys.length));
    byte[] seed = new byte[Frames.SEED_LENGTH];
    random.nextBytes(seed);
    OutputStream out = connection.getOutputStream();
    out.write(
        new ByteWriter()
            .bytes(
                Hello.server(
                    ours.representative(), ntor.auth(), bridge, question.get().hour(), random))
            .bytes(toClient.seal(Frames.SEED, seed, 0))
            .toByteArray());
    out.flush();
    Spliced.run(relay, () -> data(in, fromClient), bytes -> answer(out, toClient, bytes));
  }

  /** Reads until the bytes end with a client's hello; empty when they are too many for one. */
  private Optional<Hello.Question> question(InputStream in) throws IOException {
    byte[] came = new byte[0];
    byte[] chunk = new byte[Hello.LONGEST];
    while (came.length <= Hello.LONGEST) {
      int count = in.read(chunk);
      if (count < 0) {
        throw new IOException("the client closed");
      }
      came = new ByteWriter().bytes(came).bytes(Arrays.copyOf(chunk, count)).toByteArray();
      Optional<Hello.Question> question = Hello.question(came, bridge, clock.instant());
      if (question.isPresent()) {
        return question;
      }
    }
    return Optional.empty();
  }

  private boolean isNew(Hello.Question question) {
    return seen.size() < MOST_REMEMBERED && seen.add(HexFormat.of().formatHex(question.mac()));
  }

  private static byte[] data(InputStream in, Frames frames) throws IOException {
    try {
      while (true) {
        byte[] hidden = in.readNBytes(Frames.LENGTH);
        if (hidden.length < Frames.LENGTH) {
          return new byte[0];
        }
        Frames.Packet packet = frames.open(in.readNBytes(frames.length(hidden)));
        if (packet.type() == Frames.DATA && packet.payload().length > 0) {
          return packet.payload();
        }
      }
    } catch (StepFailed e) {
      throw new IOException(e.detail(), e);
    }
  }

  private static void answer(OutputStream out, Frames frames, byte[] bytes) throws IOException {
    for (int at = 0; at < bytes.length; at += Frames.MOST_PAYLOAD) {
      int end = Math.min(bytes.length, at + Frames.MOST_PAYLOAD);
      out.write(frames.seal(Frames.DATA, Arrays.copyOfRange(bytes, at, end), 0));
    }
    out.flush();
  }
}
