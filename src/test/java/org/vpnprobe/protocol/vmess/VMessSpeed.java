package org.vpnprobe.protocol.vmess;

import java.time.Instant;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.vpnprobe.bench.Speed;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.net.StepFailed;

/** VMess: the sealed request, the answer to it, and a chunk of 1 KiB. */
public class VMessSpeed extends Speed {
  private final byte[] command = RequestHeader.commandKey(bytes(16));
  private final Keys keys = new Keys(bytes(16), bytes(16), 9);
  private final RequestHeader request =
      new RequestHeader(keys, Security.AES_128_GCM, HostPort.of("www.example.com:443"));
  private final byte[] sealed = request.seal(command, Instant.EPOCH, random);
  private final byte[] answer = ResponseHeader.seal(keys);
  private final Chunks chunks = keys.request(Security.AES_128_GCM);
  private final byte[] plain = bytes(1024);

  /** The request's head. */
  @Benchmark
  public byte[] requestSeal() {
    return request.seal(command, Instant.EPOCH, random);
  }

  /** The same opened, as a server does. */
  @Benchmark
  public RequestHeader requestOpen() {
    int[] at = new int[1];
    return RequestHeader.open(
            command, Instant.EPOCH, length -> Arrays.copyOfRange(sealed, at[0], at[0] += length))
        .orElseThrow();
  }

  /** The answer's head. */
  @Benchmark
  public int responseCheck() throws StepFailed {
    int length = ResponseHeader.length(keys, Arrays.copyOf(answer, 18));
    ResponseHeader.check(keys, Arrays.copyOfRange(answer, 18, answer.length));
    return length;
  }

  /** A chunk. */
  @Benchmark
  public byte[] chunkSeal() {
    return chunks.seal(plain, random);
  }
}
