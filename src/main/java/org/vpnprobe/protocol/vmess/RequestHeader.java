package org.vpnprobe.protocol.vmess;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.vpnprobe.model.HostPort;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;
import org.vpnprobe.protocol.V2RayTransport;

/**
 * The request of a client (v2ray-core, proxy/vmess/aead and proxy/vmess/encoding): an id that only
 * the user's key makes sense of, then a sealed length and a sealed header.
 *
 * @param keys of the session
 * @param security of both bodies
 * @param target where the server shall connect
 */
public record RequestHeader(Keys keys, Security security, HostPort target) {
  private static final int VERSION = 1;
  private static final int TCP = 1;

  /** What the user's key is the MD5 of, after the id (v2ray-core, common/protocol/id.go). */
  private static final byte[] SALT = Kdf.bytes("c48619fe-8f02-49e0-b9e9-edf763e17e21");

  /** v2ray-core, proxy/vmess/aead/consts.go. */
  private static final byte[] ID_KEY = Kdf.bytes("AES Auth ID Encryption");

  private static final byte[] LENGTH_KEY = Kdf.bytes("VMess Header AEAD Key_Length");
  private static final byte[] LENGTH_NONCE = Kdf.bytes("VMess Header AEAD Nonce_Length");
  private static final byte[] HEADER_KEY = Kdf.bytes("VMess Header AEAD Key");
  private static final byte[] HEADER_NONCE = Kdf.bytes("VMess Header AEAD Nonce");

  /** Bytes of an id, and of the nonce behind the sealed length. */
  private static final int ID = 16;

  private static final int NONCE = 8;

  /** How far a server lets the clocks differ (v2ray-core, proxy/vmess/aead/authid.go). */
  static final Duration MAX_SKEW = Duration.ofSeconds(120);

  /** The key that a user's 16 bytes stand for. */
  public static byte[] commandKey(byte[] user) {
    return Kdf.md5(new ByteWriter().bytes(user).bytes(SALT).toByteArray());
  }

  /** The request as it is sent. */
  byte[] seal(byte[] commandKey, Instant now, RandomGenerator random) {
    byte[] salt = new byte[4];
    random.nextBytes(salt);
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    byte[] padding = new byte[random.nextInt(16)];
    random.nextBytes(padding);
    return seal(commandKey, id(commandKey, now.getEpochSecond(), salt), nonce, plain(padding));
  }

  /** The same with everything given. */
  static byte[] seal(byte[] commandKey, byte[] id, byte[] nonce, byte[] plain) {
    byte[] length = new ByteWriter().u16(plain.length).toByteArray();
    return new ByteWriter()
        .bytes(id)
        .bytes(sealed(commandKey, LENGTH_KEY, LENGTH_NONCE, id, nonce, length))
        .bytes(nonce)
        .bytes(sealed(commandKey, HEADER_KEY, HEADER_NONCE, id, nonce, plain))
        .toByteArray();
  }

  private static byte[] sealed(
      byte[] commandKey, byte[] key, byte[] iv, byte[] id, byte[] nonce, byte[] plain) {
    return Aead.AES_128_GCM.seal(
        Kdf.derive16(commandKey, key, id, nonce),
        Arrays.copyOf(Kdf.derive(commandKey, iv, id, nonce), 12),
        plain,
        id);
  }

  /** Time, salt and their checksum, encrypted. */
  static byte[] id(byte[] commandKey, long seconds, byte[] salt) {
    ByteWriter plain = new ByteWriter().u64(seconds).bytes(salt);
    return aes(Cipher.ENCRYPT_MODE, commandKey, plain.u32(crc(plain.toByteArray())).toByteArray());
  }

  private static long crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  private static byte[] aes(int mode, byte[] commandKey, byte[] block) {
    try {
      // One block of random-looking bytes; this is what the protocol says.
      Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
      cipher.init(mode, new SecretKeySpec(Kdf.derive16(commandKey, ID_KEY), "AES"));
      return cipher.doFinal(block);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES", e);
    }
  }

  /** The header before it is sealed. */
  byte[] plain(byte[] padding) {
    ByteWriter header =
        new ByteWriter()
            .u8(VERSION)
            .bytes(keys.iv())
            .bytes(keys.key())
            .u8(keys.check())
            .u8(security.options())
            .u8(padding.length << 4 | security.number())
            .u8(0)
            .u8(TCP);
    V2RayTransport.writeAddress(header, target);
    header.bytes(padding);
    return header.u32(fnv(header.toByteArray())).toByteArray();
  }

  /** FNV-1a with 32 bits (RFC 9923). */
  private static long fnv(byte[] bytes) {
    int hash = 0x811c9dc5;
    for (byte value : bytes) {
      hash = (hash ^ value & 0xff) * 0x01000193;
    }
    return hash & 0xffffffffL;
  }

  /** Reads a client's bytes as they come. */
  @FunctionalInterface
  public interface Source<E extends Exception> {
    byte[] read(int length) throws E;
  }

  /**
   * The server's side: whose request it is and what it says, empty when it is not this user's, too
   * old, or broken.
   *
   * @param <E> what the source throws
   */
  public static <E extends Exception> Optional<RequestHeader> open(
      byte[] commandKey, Instant now, Source<E> source) throws E {
    byte[] id = source.read(ID);
    byte[] time = aes(Cipher.DECRYPT_MODE, commandKey, id);
    try {
      ByteReader reader = new ByteReader(time);
      long seconds = reader.u64();
      reader.skip(4);
      if (reader.u32() != crc(Arrays.copyOf(time, 12))
          || Math.abs(seconds - now.getEpochSecond()) > MAX_SKEW.toSeconds()) {
        return Optional.empty();
      }
      byte[] sealedLength = source.read(2 + Aead.TAG);
      byte[] nonce = source.read(NONCE);
      Optional<byte[]> length =
          opened(commandKey, LENGTH_KEY, LENGTH_NONCE, id, nonce, sealedLength);
      if (length.isEmpty()) {
        return Optional.empty();
      }
      byte[] sealed = source.read(new ByteReader(length.get()).u16() + Aead.TAG);
      Optional<byte[]> plain = opened(commandKey, HEADER_KEY, HEADER_NONCE, id, nonce, sealed);
      return plain.isEmpty() ? Optional.empty() : Optional.of(parse(new ByteReader(plain.get())));
    } catch (StepFailed e) {
      return Optional.empty();
    }
  }

  private static Optional<byte[]> opened(
      byte[] commandKey, byte[] key, byte[] iv, byte[] id, byte[] nonce, byte[] sealed) {
    return Aead.AES_128_GCM.open(
        Kdf.derive16(commandKey, key, id, nonce),
        Arrays.copyOf(Kdf.derive(commandKey, iv, id, nonce), 12),
        sealed,
        id);
  }

  private static RequestHeader parse(ByteReader reader) throws StepFailed {
    reader.expect(VERSION, "version");
    byte[] iv = reader.bytes(16);
    byte[] key = reader.bytes(16);
    int check = reader.u8();
    int options = reader.u8();
    int number = reader.u8() & 0x0f;
    reader.skip(1);
    reader.expect(TCP, "command");
    HostPort target = V2RayTransport.readAddress(reader);
    for (Security security : Security.values()) {
      if (security.number() == number && security.options() == options) {
        return new RequestHeader(new Keys(key, iv, check), security, target);
      }
    }
    throw reader.malformed("no such security");
  }
}
