package org.vpnprobe.net;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.channels.Channel;
import java.nio.charset.StandardCharsets;

/**
 * The few calls of Linux that Java does not offer: binding to a device, entering a network
 * namespace, the socket's error queue, the text of an error number. Loaded only when one is needed.
 */
final class LinuxSocket {
  /** asm-generic/socket.h. */
  private static final int SOL_SOCKET = 1;

  private static final int SO_BINDTODEVICE = 25;

  /** sched.h. */
  private static final int CLONE_NEWNET = 0x40000000;

  /** asm-generic/errno-base.h: what setns and setsockopt say to those without the right. */
  static final int EPERM = 1;

  private LinuxSocket() {}

  /** A call of the system that failed. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;
    private final int errno;

    Refused(String call, int errno) {
      super(call + ": " + text(errno));
      this.errno = errno;
    }

    int errno() {
      return errno;
    }
  }

  /** Whether this is a Linux whose sockets can be reached. */
  static boolean available() {
    return System.getProperty("os.name", "").equals("Linux");
  }

  /**
   * The file descriptor under a channel, -1 when this Java does not show it (it needs {@code
   * --add-exports java.base/sun.nio.ch=ALL-UNNAMED}).
   */
  static int descriptor(Channel channel) {
    try {
      Class<?> type = Class.forName("sun.nio.ch.SelChImpl");
      return (int) type.getMethod("getFDVal").invoke(channel);
    } catch (ReflectiveOperationException e) {
      return -1;
    }
  }

  /** Sends and receives through this network device only (socket(7), SO_BINDTODEVICE). */
  static void bindToDevice(int descriptor, String device) throws Refused {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(device);
      option(arena, descriptor, SOL_SOCKET, SO_BINDTODEVICE, name, (int) name.byteSize());
    }
  }

  /** Sets an integer option. */
  static void option(int descriptor, int level, int option, int value) throws Refused {
    try (Arena arena = Arena.ofConfined()) {
      option(
          arena,
          descriptor,
          level,
          option,
          arena.allocateFrom(ValueLayout.JAVA_INT, value),
          Integer.BYTES);
    }
  }

  private static void option(
      Arena arena, int descriptor, int level, int option, MemorySegment value, int length)
      throws Refused {
    MemorySegment state = arena.allocate(Calls.STATE);
    try {
      check(
          "setsockopt",
          (int) Calls.SETSOCKOPT.invokeExact(state, descriptor, level, option, value, length),
          state);
    } catch (Throwable e) {
      throw refused(e);
    }
  }

  /**
   * Moves the calling thread, which must be a platform thread, into a network namespace (setns(2)).
   *
   * @param file the namespace's file
   */
  static void enterNamespace(String file) throws Refused {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Calls.STATE);
      int descriptor = (int) Namespaces.OPEN.invokeExact(state, arena.allocateFrom(file), 0);
      check("open", descriptor, state);
      try {
        check("setns", (int) Namespaces.SETNS.invokeExact(state, descriptor, CLONE_NEWNET), state);
      } finally {
        close(descriptor);
      }
    } catch (Throwable e) {
      throw refused(e);
    }
  }

  /** A second descriptor of the same socket, to be closed with {@link #close}. */
  static int duplicate(int descriptor) throws Refused {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Calls.STATE);
      return check("dup", (int) Calls.DUP.invokeExact(state, descriptor), state);
    } catch (Throwable e) {
      throw refused(e);
    }
  }

  static void close(int descriptor) {
    try {
      int ignored = (int) Calls.CLOSE.invokeExact(descriptor);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** The length of what recvmsg(2) put into {@code header}, negative when there is nothing. */
  static long receiveMessage(int descriptor, MemorySegment header, int flags) {
    try {
      return (long) Messages.RECVMSG.invokeExact(descriptor, header, flags);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** What the system calls an error, in its language: the text of Java's exceptions. */
  static String text(int errno) {
    try {
      MemorySegment text = (MemorySegment) Texts.STRERROR.invokeExact(errno);
      return text.reinterpret(256).getString(0, StandardCharsets.UTF_8);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** What the system's resolver calls an error of getaddrinfo(3), in its language. */
  static String lookupText(int code) {
    try {
      MemorySegment text = (MemorySegment) Texts.GAI_STRERROR.invokeExact(code);
      return text.reinterpret(256).getString(0, StandardCharsets.UTF_8);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static int check(String call, int result, MemorySegment state) throws Refused {
    if (result < 0) {
      throw new Refused(call, (int) Calls.ERRNO_VALUE.get(state, 0L));
    }
    return result;
  }

  private static Refused refused(Throwable e) {
    if (e instanceof Refused refused) {
      return refused;
    }
    throw new AssertionError(e);
  }

  /** Functions that every trial calls. Linking one takes milliseconds: others stand apart. */
  private static final class Calls {
    static final Linker LINKER = Linker.nativeLinker();
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    static final AddressLayout POINTER = ValueLayout.ADDRESS;
    static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    static final StructLayout STATE = Linker.Option.captureStateLayout();
    static final VarHandle ERRNO_VALUE =
        STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(INT, INT));
    static final MethodHandle DUP = function("dup", FunctionDescriptor.of(INT, INT), ERRNO);
    static final MethodHandle SETSOCKOPT =
        function("setsockopt", FunctionDescriptor.of(INT, INT, INT, INT, POINTER, INT), ERRNO);

    static MethodHandle function(String name, FunctionDescriptor type, Linker.Option... options) {
      return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), type, options);
    }
  }

  private static final class Messages {
    static final MethodHandle RECVMSG =
        Calls.function(
            "recvmsg", FunctionDescriptor.of(Calls.LONG, Calls.INT, Calls.POINTER, Calls.INT));
  }

  private static final class Namespaces {
    static final MethodHandle OPEN =
        Calls.function(
            "open",
            FunctionDescriptor.of(Calls.INT, Calls.POINTER, Calls.INT),
            Calls.ERRNO,
            Linker.Option.firstVariadicArg(2));
    static final MethodHandle SETNS =
        Calls.function(
            "setns", FunctionDescriptor.of(Calls.INT, Calls.INT, Calls.INT), Calls.ERRNO);
  }

  /** Only Linux has both. */
  private static final class Texts {
    static final MethodHandle GAI_STRERROR =
        Calls.function("gai_strerror", FunctionDescriptor.of(Calls.POINTER, Calls.INT));
    static final MethodHandle STRERROR =
        Calls.function("strerror", FunctionDescriptor.of(Calls.POINTER, Calls.INT));
  }
}
