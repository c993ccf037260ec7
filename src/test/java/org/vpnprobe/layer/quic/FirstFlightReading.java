package org.vpnprobe.layer.quic;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.Datagrams;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * For the fuzzer: what a server answers to the first packets of a connection, behind the ids and
 * keys that it knows from them. A message begins with two bytes: of which kind, and how long its
 * text is. After the last one nothing comes in time.
 */
public final class FirstFlightReading {
  private static final byte[] SERVER_ID = {1, 2, 3, 4};

  private FirstFlightReading() {}

  /** The first byte says whether the client negotiates versions or begins a handshake. */
  public static void take(byte[] bytes) throws StepFailed {
    if (bytes.length == 0) {
      return;
    }
    Server server = new Server(bytes);
    if (bytes[0] % 4 == 3) {
      InitialExchange.versions(server, new Random(1));
    } else {
      InitialExchange.handshake(server, "vpn.example", List.of("h3"), new Random(1));
    }
  }

  private static final class Server implements Datagrams {
    private final byte[] script;
    private int at = 1;
    private byte[] client = new byte[0];
    private byte[] asked = new byte[0];

    Server(byte[] script) {
      this.script = script;
    }

    @Override
    public void send(byte[] payload) throws StepFailed {
      Header header = Header.read(new ByteReader(payload));
      client = header.source();
      asked = header.destination();
    }

    @Override
    public byte[] receive(Duration atMost) throws StepFailed {
      if (at + 2 > script.length) {
        throw new StepFailed(FailureKind.GENERIC_TIMEOUT_ERROR, "the script is over");
      }
      int kind = Byte.toUnsignedInt(script[at]);
      int end = at + 2 + Math.min(Byte.toUnsignedInt(script[at + 1]), script.length - at - 2);
      byte[] text = Arrays.copyOfRange(script, at + 2, end);
      at = end;
      return switch (kind % 4) {
        case 0 ->
            InitialPacket.seal(
                PacketKeys.ofServer(asked), client, SERVER_ID, new byte[0], kind / 4, text, false);
        case 1 -> header(0x80, 0, asked).bytes(text).toByteArray();
        case 2 -> retry(header(0xf0, Header.VERSION_1, SERVER_ID).bytes(text).toByteArray());
        default -> text;
      };
    }

    private ByteWriter header(int first, long version, byte[] source) {
      return new ByteWriter()
          .u8(first)
          .u32(version)
          .u8(client.length)
          .bytes(client)
          .u8(source.length)
          .bytes(source);
    }

    private byte[] retry(byte[] body) {
      return new ByteWriter().bytes(body).bytes(RetryPacket.tag(asked, body)).toByteArray();
    }

    @Override
    public InetSocketAddress local() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public InetSocketAddress remote() {
      return local();
    }

    @Override
    public void close() {}
  }
}
