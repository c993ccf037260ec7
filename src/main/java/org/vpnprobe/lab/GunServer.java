package org.vpnprobe.lab;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import okhttp3.Headers;
import okhttp3.internal.concurrent.TaskRunner;
import okhttp3.internal.connection.BufferedSocketKt;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.internal.http2.Header;
import okhttp3.internal.http2.Http2Connection;
import okhttp3.internal.http2.Http2Stream;
import okio.Okio;

/**
 * The server's side of a gRPC call whose messages carry a stream. okhttp's HTTP/2 serves as it does
 * in its own MockWebServer.
 */
final class GunServer {
  private static final int LONGEST_MESSAGE = 1 << 20;

  private GunServer() {}

  /** Serves the calls of one connection to its end. */
  static void serve(Socket connection, String path, V2RayListener.Conversation conversation)
      throws IOException {
    CountDownLatch over = new CountDownLatch(1);
    Http2Connection.Listener calls =
        new Http2Connection.Listener() {
          @Override
          public void onStream(Http2Stream call) {
            try {
              answer(call, path, conversation);
            } catch (IOException e) {
              call.closeLater(ErrorCode.CANCEL);
            } finally {
              over.countDown();
            }
          }
        };
    Http2Connection http =
        new Http2Connection.Builder(false, TaskRunner.INSTANCE)
            .socket(BufferedSocketKt.asBufferedSocket(connection), "client")
            .listener(calls)
            .build();
    http.start(true);
    try {
      over.await();
      http.shutdown(ErrorCode.NO_ERROR);
      connection.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      http.close();
    }
  }

  private static void answer(Http2Stream call, String path, V2RayListener.Conversation conversation)
      throws IOException {
    Headers request = call.takeHeaders(false);
    boolean known =
        path.equals(request.get(Header.TARGET_PATH_UTF8))
            && "application/grpc".equals(request.get("content-type"));
    Header status = new Header(Header.RESPONSE_STATUS_UTF8, "200");
    Header type = new Header("content-type", "application/grpc");
    if (!known) {
      // gRPC over HTTP/2, "Trailers-Only": 12 is UNIMPLEMENTED.
      call.writeHeaders(List.of(status, type, new Header("grpc-status", "12")), true, true);
      return;
    }
    // As grpc-go does, the head leaves with the first message.
    OutputStream out =
        new OutputStream() {
          private boolean begun;
          private final OutputStream body = Okio.buffer(call.getSink()).outputStream();

          @Override
          public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            if (!begun) {
              begun = true;
              call.writeHeaders(List.of(status, type), false, false);
            }
            message(body, bytes, offset, length);
          }

          @Override
          public void close() throws IOException {
            if (begun) {
              call.enqueueTrailers(Headers.of("grpc-status", "0"));
              body.close();
            } else {
              call.writeHeaders(List.of(status, type, new Header("grpc-status", "0")), true, true);
            }
          }
        };
    try (out) {
      conversation.serve(new Messages(Okio.buffer(call.getSource()).inputStream()), out);
    }
  }

  private static void message(OutputStream body, byte[] bytes, int offset, int length)
      throws IOException {
    int rest = length;
    byte[] varint = new byte[5];
    int size = 0;
    do {
      varint[size++] = (byte) (rest < 0x80 ? rest : rest & 0x7f | 0x80);
      rest >>>= 7;
    } while (rest > 0);
    int all = 1 + size + length;
    body.write(
        new byte[] {
          0, (byte) (all >> 24), (byte) (all >> 16), (byte) (all >> 8), (byte) all, 0x0a
        });
    body.write(varint, 0, size);
    body.write(bytes, offset, length);
    body.flush();
  }

  /** The bytes in the client's messages. */
  private static final class Messages extends InputStream {
    private final DataInputStream body;
    private InputStream message = InputStream.nullInputStream();

    Messages(InputStream body) {
      this.body = new DataInputStream(body);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      int count = message.read(bytes, offset, length);
      while (count < 0) {
        if (body.read() < 0) {
          return -1;
        }
        int size = body.readInt();
        if (size < 2 || size > LONGEST_MESSAGE) {
          throw new IOException("not a message of our client");
        }
        byte[] hunk = new byte[size];
        body.readFully(hunk);
        int from = 1;
        while (from < size - 1 && hunk[from] < 0) {
          from++;
        }
        message = new ByteArrayInputStream(hunk, from + 1, size - from - 1);
        count = message.read(bytes, offset, length);
      }
      return count;
    }
  }
}
