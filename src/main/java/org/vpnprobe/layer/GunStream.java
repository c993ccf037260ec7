package org.vpnprobe.layer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.internal.http2.StreamResetException;
import okio.BufferedSink;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.model.FailureKind;
import org.vpnprobe.net.ByteStream;
import org.vpnprobe.net.PathSockets;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The transport "gRPC" (gun) of v2ray and Xray: one bidirectional call over HTTP/2, each message of
 * it a {@code Hunk} whose field 1 holds bytes of the stream. okhttp speaks HTTP/2 over a stream of
 * ours. The call begins with the first read, and takes along what was written until then: a gRPC
 * server answers nothing before its service has something to say.
 */
public final class GunStream implements ByteStream {
  /**
   * What to call.
   *
   * @param encrypted what the request's {@code :scheme} says
   * @param authority host, and port where it is not the scheme's
   * @param path {@code /SERVICE/Tun}
   */
  public record Request(boolean encrypted, String authority, String path) {}

  private static final MediaType GRPC = MediaType.get("application/grpc");

  /**
   * Where okhttp believes it calls; the authority stands in a header, and a port keeps both schemes
   * equal.
   */
  private static final String URL = "http://server.invalid:1";

  /** What v2ray and Xray say, by their gRPC library. */
  private static final String USER_AGENT = "grpc-go/1.60.1";

  /** gRPC over HTTP/2, "Length-Prefixed-Message": a flag and a length. */
  private static final int PREFIX = 5;

  /** What gRPC's libraries receive by default. */
  private static final int LONGEST_MESSAGE = 1 << 22;

  /** gRPC's status for a service or method that the server does not have. */
  private static final String UNIMPLEMENTED = "12";

  private final WatchedStream wire;
  private final Request request;
  private final OkHttpClient client;
  private ByteWriter waiting = new ByteWriter();
  private @Nullable BufferedSink upload;
  private @Nullable Response response;
  private ByteReader message = new ByteReader(new byte[0]);
  private boolean goodbye;
  private boolean closed;

  private GunStream(ByteStream wire, Request request) {
    this.wire = new WatchedStream(wire);
    this.request = request;
    this.client =
        PathSockets.over(this.wire)
            .protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
            .addNetworkInterceptor(this::asGrpcSays)
            .build();
  }

  /**
   * The stream of one call, which is not begun yet.
   *
   * @param wire plain, or TLS that speaks {@code h2}; closed with the stream
   */
  public static GunStream over(ByteStream wire, Request request) {
    return new GunStream(wire, request);
  }

  /** Whether the server has ended the call, not merely the connection. */
  public boolean closedByPeer() {
    return goodbye;
  }

  /** okhttp thinks that it speaks in clear, and says more than a gRPC client does. */
  private Response asGrpcSays(Interceptor.Chain chain) throws IOException {
    okhttp3.Request asked = chain.request();
    return chain.proceed(
        asked
            .newBuilder()
            .url(asked.url().newBuilder().scheme(request.encrypted() ? "https" : "http").build())
            .removeHeader("Accept-Encoding")
            .build());
  }

  @Override
  public void write(byte[] buffer, int offset, int length) throws StepFailed {
    byte[] framed = framed(buffer, offset, length);
    BufferedSink open = upload;
    if (open == null) {
      waiting.bytes(framed);
      return;
    }
    try {
      open.write(framed).flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static byte[] framed(byte[] buffer, int offset, int length) {
    // Field 1, length-delimited (Protocol Buffers encoding, "Length-Delimited Records").
    ByteWriter hunk = new ByteWriter().u8(1 << 3 | 2);
    for (int rest = length; ; rest >>>= 7) {
      if (rest < 0x80) {
        hunk.u8(rest);
        break;
      }
      hunk.u8(rest & 0x7f | 0x80);
    }
    for (int i = 0; i < length; i++) {
      hunk.u8(buffer[offset + i]);
    }
    return new ByteWriter().u8(0).u32(hunk.size()).bytes(hunk.toByteArray()).toByteArray();
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws StepFailed {
    if (length == 0) {
      return 0;
    }
    try {
      BufferedSource source = answer().body().source();
      while (!message.hasRemaining()) {
        if (source.exhausted()) {
          goodbye = true;
          return -1;
        }
        message = next(source);
      }
    } catch (StreamResetException e) {
      if (e.errorCode == ErrorCode.CANCEL && (wire.failure() != null || wire.ended())) {
        throw failed(e); // So okhttp calls the end of the connection, too.
      }
      goodbye = true;
      return -1;
    } catch (IOException e) {
      throw failed(e);
    }
    byte[] bytes = message.bytes(Math.min(length, message.remaining()));
    System.arraycopy(bytes, 0, buffer, offset, bytes.length);
    return bytes.length;
  }

  private static ByteReader next(BufferedSource source) throws IOException, StepFailed {
    ByteReader prefix = new ByteReader(source.readByteArray(PREFIX));
    if (prefix.u8() != 0) {
      throw prefix.malformed("a message is compressed, which was not offered");
    }
    long length = prefix.u32();
    if (length > LONGEST_MESSAGE) {
      throw prefix.malformed("a message is too long");
    }
    return new ByteReader(hunk(source.readByteArray(length)));
  }

  /**
   * The bytes in all fields 1 of a message; other fields are skipped.
   *
   * @throws StepFailed {@code proto_malformed_reply}
   */
  static byte[] hunk(byte[] message) throws StepFailed {
    ByteReader reader = new ByteReader(message);
    ByteWriter data = new ByteWriter();
    while (reader.hasRemaining()) {
      long tag = varint(reader);
      switch ((int) (tag & 7)) {
        case 0 -> varint(reader);
        case 1 -> reader.skip(8);
        case 2 -> {
          long length = varint(reader);
          if (length < 0 || length > reader.remaining()) {
            throw reader.malformed("a field is longer than its message");
          }
          byte[] field = reader.bytes((int) length);
          if (tag >>> 3 == 1) {
            data.bytes(field);
          }
        }
        case 5 -> reader.skip(4);
        default -> throw reader.malformed("a field is of no known type");
      }
    }
    return data.toByteArray();
  }

  private static long varint(ByteReader reader) throws StepFailed {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = reader.u8();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw reader.malformed("a number has no end");
  }

  /** The head of the answer; begins the call when it is not yet begun. */
  private Response answer() throws IOException, StepFailed {
    Response open = response;
    if (open == null) {
      open =
          client
              .newCall(
                  new okhttp3.Request.Builder()
                      .url(URL + request.path())
                      .header("Host", request.authority())
                      .header("User-Agent", USER_AGENT)
                      .header("TE", "trailers")
                      .post(new Upload())
                      .build())
              .execute();
      response = open;
      check(open);
    }
    return open;
  }

  private static void check(Response answer) throws StepFailed {
    String type = answer.header("content-type", "");
    if (answer.code() != 200 || !Objects.requireNonNull(type).startsWith("application/grpc")) {
      throw new StepFailed(
          FailureKind.HTTP_UNEXPECTED,
          Integer.toString(answer.code()),
          "the server answered " + answer.code() + ", and not as a gRPC server does");
    }
    if (UNIMPLEMENTED.equals(answer.header("grpc-status"))) {
      throw new StepFailed(
          FailureKind.HTTP_UNEXPECTED, "grpc_unimplemented", "the server has no such service_name");
    }
  }

  private StepFailed failed(IOException e) {
    StepFailed inner = PathSockets.cause(e);
    if (inner == null) {
      inner = wire.failure();
    }
    if (inner != null) {
      return inner;
    }
    if (wire.ended()) {
      return new StepFailed(FailureKind.EOF_ERROR, "the server closed the connection");
    }
    return response == null
        ? new StepFailed(FailureKind.PROTO_UNEXPECTED_REPLY, "the server does not speak HTTP/2")
        : HttpUpgrade.malformed("the server broke the rules of HTTP/2");
  }

  /** Our half of the call, which goes on after the request's head. */
  private final class Upload extends RequestBody {
    @Override
    public MediaType contentType() {
      return GRPC;
    }

    @Override
    public boolean isDuplex() {
      return true;
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      upload = sink;
      sink.write(waiting.toByteArray()).flush();
      waiting = new ByteWriter();
    }
  }

  @Override
  public void readTimeout(Duration timeout) {
    wire.readTimeout(timeout);
  }

  @Override
  public InetSocketAddress local() {
    return wire.local();
  }

  @Override
  public InetSocketAddress remote() {
    return wire.remote();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (upload != null) {
        upload.close();
      }
    } catch (IOException e) {
      // Whoever is gone needs no goodbye.
    }
    if (response != null) {
      response.close();
    }
    wire.close();
  }
}
