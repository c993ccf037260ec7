package org.vpnprobe.config.imports.apple;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Takes the content out of a signed message (RFC 5652 section 5): what was signed, whoever signed
 * it. Reads BER as far as that (definite and indefinite lengths, strings in pieces), without
 * recursion.
 */
final class CmsContent {
  private static final int SEQUENCE = 0x30;
  private static final int OBJECT_ID = 0x06;
  private static final int INTEGER = 0x02;
  private static final int SET = 0x31;
  private static final int CONTEXT_0 = 0xa0;
  private static final int OCTETS = 0x04;
  private static final int OCTETS_IN_PIECES = 0x24;
  private static final int INDEFINITE = -1;

  /** 1.2.840.113549.1.7.2 (RFC 5652 section 5.1). */
  private static final byte[] SIGNED_DATA = {
    0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x07, 0x02
  };

  private final byte[] bytes;
  private int at;
  private int length;

  private CmsContent(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Not what was expected. */
  private static final class NotSigned extends Exception {
    private static final long serialVersionUID = 1L;

    NotSigned() {
      super(null, null, false, false);
    }
  }

  /** The content, empty when this is no signed message with one inside. */
  static Optional<byte[]> of(byte[] message) {
    try {
      return Optional.of(new CmsContent(message).content());
    } catch (NotSigned e) {
      return Optional.empty();
    }
  }

  private byte[] content() throws NotSigned {
    enter(SEQUENCE);
    header(OBJECT_ID);
    if (!Arrays.equals(value(), SIGNED_DATA)) {
      throw new NotSigned();
    }
    enter(CONTEXT_0);
    enter(SEQUENCE);
    header(INTEGER);
    value();
    header(SET);
    skip();
    enter(SEQUENCE);
    header(OBJECT_ID);
    value();
    enter(CONTEXT_0);
    return octets();
  }

  private byte[] octets() throws NotSigned {
    int tag = header();
    if (tag == OCTETS) {
      return value();
    }
    if (tag != OCTETS_IN_PIECES) {
      throw new NotSigned();
    }
    int end = length == INDEFINITE ? INDEFINITE : at + length;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (end == INDEFINITE ? !ended() : at < end) {
      header(OCTETS);
      out.writeBytes(value());
    }
    return out.toByteArray();
  }

  /** Two zero bytes end what has no length. */
  private boolean ended() throws NotSigned {
    if (at + 2 > bytes.length) {
      throw new NotSigned();
    }
    return bytes[at] == 0 && bytes[at + 1] == 0;
  }

  private void enter(int tag) throws NotSigned {
    header(tag);
  }

  private void header(int tag) throws NotSigned {
    if (header() != tag) {
      throw new NotSigned();
    }
  }

  private int header() throws NotSigned {
    int tag = next();
    int first = next();
    if (first < 0x80) {
      length = first;
    } else if (first == 0x80) {
      length = INDEFINITE;
    } else {
      int count = first & 0x7f;
      if (count > 4) {
        throw new NotSigned();
      }
      long value = 0;
      for (int i = 0; i < count; i++) {
        value = value << 8 | next();
      }
      if (value > bytes.length) {
        throw new NotSigned();
      }
      length = (int) value;
    }
    if (length > bytes.length - at) {
      throw new NotSigned();
    }
    return tag;
  }

  private int next() throws NotSigned {
    if (at >= bytes.length) {
      throw new NotSigned();
    }
    return bytes[at++] & 0xff;
  }

  private byte[] value() throws NotSigned {
    if (length == INDEFINITE) {
      throw new NotSigned();
    }
    byte[] value = Arrays.copyOfRange(bytes, at, at + length);
    at += length;
    return value;
  }

  /** Over what the last header began, whatever is in it. */
  private void skip() throws NotSigned {
    int open = 0;
    if (length != INDEFINITE) {
      at += length;
      return;
    }
    open++;
    while (open > 0) {
      if (ended()) {
        at += 2;
        open--;
      } else {
        header();
        if (length == INDEFINITE) {
          open++;
        } else {
          at += length;
        }
      }
    }
  }
}
