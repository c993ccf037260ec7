package org.vpnprobe.lab;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.agreement.X25519Agreement;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.jspecify.annotations.Nullable;
import org.vpnprobe.net.StepFailed;
import org.vpnprobe.net.wire.ByteReader;
import org.vpnprobe.net.wire.ByteWriter;

/**
 * The server's side of SSH's transport (RFC 4253) with one choice of everything: curve25519-sha256
 * (RFC 8731), ssh-ed25519 (RFC 8709), aes128-gcm@openssh.com (OpenSSH PROTOCOL, section 1.6).
 */
final class SshServerTransport {
  static final String KEY_TYPE = "ssh-ed25519";

  private static final String IDENTIFICATION = "SSH-2.0-vpnprobe_lab";
  private static final int LONGEST_LINE = 255;

  /** RFC 4253 section 6.1. */
  private static final int LONGEST_PACKET = 35_000;

  private static final int BLOCK = 16;
  private static final int TAG = 16;

  /** RFC 4250 section 4.1. */
  static final int DISCONNECT = 1;

  private static final int IGNORE = 2;
  private static final int DEBUG = 4;
  private static final int KEXINIT = 20;
  private static final int NEWKEYS = 21;
  private static final int KEX_ECDH_INIT = 30;
  private static final int KEX_ECDH_REPLY = 31;

  private final DataInputStream in;
  private final OutputStream out;
  private final Ed25519PrivateKeyParameters hostKey;
  private final SecureRandom random = new SecureRandom();
  private byte[] sessionId = new byte[0];
  private @Nullable Direction receiving;
  private @Nullable Direction sending;

  /** One direction's key; the nonce's last eight bytes count packets. */
  private static final class Direction {
    private final SecretKeySpec key;
    private final byte[] nonce;

    Direction(byte[] key, byte[] nonce) {
      this.key = new SecretKeySpec(key, "AES");
      this.nonce = nonce;
    }

    byte[] run(int mode, byte[] length, byte[] text) throws IOException {
      try {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG * 8, nonce));
        cipher.updateAAD(length);
        for (int i = nonce.length - 1; i >= nonce.length - 8 && ++nonce[i] == 0; i--) {}
        return cipher.doFinal(text);
      } catch (GeneralSecurityException e) {
        throw new IOException("a packet does not verify", e);
      }
    }
  }

  SshServerTransport(InputStream in, OutputStream out, Ed25519PrivateKeyParameters hostKey) {
    this.in = new DataInputStream(in);
    this.out = out;
    this.hostKey = hostKey;
  }

  /** A public key as SSH writes it (RFC 8709 section 4). */
  static byte[] blob(Ed25519PrivateKeyParameters key) {
    return string(string(new ByteWriter(), ascii(KEY_TYPE)), key.generatePublicKey().getEncoded())
        .toByteArray();
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** RFC 4251 section 5: a string is a length and bytes. */
  static ByteWriter string(ByteWriter writer, byte[] bytes) {
    return writer.u32(bytes.length).bytes(bytes);
  }

  static byte[] string(ByteReader reader) throws StepFailed {
    long length = reader.u32();
    return reader.bytes(length > LONGEST_PACKET ? -1 : (int) length);
  }

  /** The bytes that the client signs and derives keys from (RFC 4253 section 7.2). */
  byte[] sessionId() {
    return sessionId.clone();
  }

  /** Identifications, the key exchange, new keys. */
  void open() throws IOException {
    out.write(ascii(IDENTIFICATION + "\r\n"));
    out.flush();
    String client = line();
    byte[] ours = kexInit();
    write(ours);
    byte[] theirs = read();
    if (theirs[0] != KEXINIT) {
      throw new IOException("a client begins with its algorithms");
    }
    byte[] init = read();
    try {
      ByteReader reader = new ByteReader(init);
      reader.expect(KEX_ECDH_INIT, "message");
      exchange(client, theirs, ours, string(reader));
    } catch (StepFailed | IllegalStateException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0 || line.length() > LONGEST_LINE) {
        throw new EOFException("no identification");
      }
      line.append((char) next);
    }
    String text = line.toString().stripTrailing();
    if (!text.startsWith("SSH-2.0-")) {
      throw new IOException("no client of SSH 2.0");
    }
    return text;
  }

  private byte[] kexInit() {
    byte[] cookie = new byte[16];
    random.nextBytes(cookie);
    ByteWriter writer = new ByteWriter().u8(KEXINIT).bytes(cookie);
    for (String list :
        new String[] {
          "curve25519-sha256",
          KEY_TYPE,
          "aes128-gcm@openssh.com",
          "aes128-gcm@openssh.com",
          "hmac-sha2-256",
          "hmac-sha2-256",
          "none",
          "none",
          "",
          ""
        }) {
      string(writer, ascii(list));
    }
    return writer.u8(0).u32(0).toByteArray();
  }

  private void exchange(String client, byte[] theirs, byte[] ours, byte[] share)
      throws IOException {
    X25519PrivateKeyParameters secret = new X25519PrivateKeyParameters(random);
    X25519Agreement agreement = new X25519Agreement();
    agreement.init(secret);
    byte[] shared = new byte[agreement.getAgreementSize()];
    if (share.length != X25519PublicKeyParameters.KEY_SIZE) {
      throw new IOException("a share has 32 bytes");
    }
    agreement.calculateAgreement(new X25519PublicKeyParameters(share), shared, 0);
    byte[] answer = secret.generatePublicKey().getEncoded();
    byte[] key = blob(hostKey);
    // RFC 8731 section 3: the shared secret's bytes are taken as a big-endian number.
    byte[] number = new BigInteger(1, shared).toByteArray();
    ByteWriter hashed = new ByteWriter();
    for (byte[] part :
        new byte[][] {
          ascii(client), ascii(IDENTIFICATION), theirs, ours, key, share, answer, number
        }) {
      string(hashed, part);
    }
    byte[] hash = sha256(hashed.toByteArray());
    sessionId = hash;
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, hostKey);
    signer.update(hash, 0, hash.length);
    byte[] signature =
        string(string(new ByteWriter(), ascii(KEY_TYPE)), signer.generateSignature()).toByteArray();
    ByteWriter reply = new ByteWriter().u8(KEX_ECDH_REPLY);
    write(string(string(string(reply, key), answer), signature).toByteArray());
    write(new byte[] {NEWKEYS});
    sending = direction(number, hash, 'D', 'B');
    if (read()[0] != NEWKEYS) {
      throw new IOException("a client takes its new keys");
    }
    receiving = direction(number, hash, 'C', 'A');
  }

  /** RFC 4253 section 7.2. */
  private Direction direction(byte[] number, byte[] hash, char key, char nonce) {
    ByteWriter secret = string(new ByteWriter(), number).bytes(hash);
    return new Direction(
        Arrays.copyOf(sha256(derive(secret, key)), 16),
        Arrays.copyOf(sha256(derive(secret, nonce)), 12));
  }

  private byte[] derive(ByteWriter secret, char letter) {
    return new ByteWriter().bytes(secret.toByteArray()).u8(letter).bytes(sessionId).toByteArray();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The payload of the next packet that says something; never empty. */
  byte[] read() throws IOException {
    while (true) {
      byte[] length = in.readNBytes(4);
      if (length.length < 4) {
        throw new EOFException("the client left");
      }
      int size = new BigInteger(length).intValue();
      if (size < 2 || size > LONGEST_PACKET) {
        throw new IOException("a packet of " + size + " bytes");
      }
      byte[] packet = in.readNBytes(receiving == null ? size : size + TAG);
      if (receiving != null) {
        packet = receiving.run(Cipher.DECRYPT_MODE, length, packet);
      }
      int padding = packet.length == 0 ? 0 : packet[0] & 0xff;
      if (packet.length != size || padding + 1 >= size) {
        throw new IOException("a packet without a payload");
      }
      byte[] payload = Arrays.copyOfRange(packet, 1, size - padding);
      if (payload[0] == DISCONNECT) {
        throw new EOFException("the client left");
      }
      if (payload[0] != IGNORE && payload[0] != DEBUG) {
        return payload;
      }
    }
  }

  /** Sends one packet (RFC 4253 section 6). */
  void write(byte[] payload) throws IOException {
    // With GCM the length stands outside of what is padded.
    int counted = payload.length + 1 + (sending == null ? 4 : 0);
    int padding = BLOCK - counted % BLOCK;
    padding += padding < 4 ? BLOCK : 0;
    byte[] filler = new byte[padding];
    random.nextBytes(filler);
    byte[] packet = new ByteWriter().u8(padding).bytes(payload).bytes(filler).toByteArray();
    byte[] length = new ByteWriter().u32(packet.length).toByteArray();
    byte[] sealed = sending == null ? packet : sending.run(Cipher.ENCRYPT_MODE, length, packet);
    out.write(new ByteWriter().bytes(length).bytes(sealed).toByteArray());
    out.flush();
  }
}
