using System.Text;
using Microsoft.Win32.SafeHandles;

namespace KvCow.Cli.Output;

/// <summary>Bytes on their way to standard output, gathered into large writes.</summary>
/// <remarks>Every member throws <see cref="OutputClosedException"/> once nobody reads.</remarks>
internal sealed class OutputStream : IDisposable
{
    // 64 KiB is what a pipe of Linux holds: larger writes would only wait in it.
    private const int BufferBytes = 64 << 10;

    // EPIPE has this number on Linux and macOS alike.
    private const int BrokenPipe = 32;

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _used;
    private bool _isClosed;

    public OutputStream(Stream stream) => _stream = stream;

    /// <summary>The standard output.</summary>
    public static OutputStream Standard() => new(StandardStreams.GivenOutput ?? OpenStandard());

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BufferBytes - _used)
        {
            Flush();
            if (bytes.Length >= BufferBytes)
            {
                Send(bytes);
                return;
            }
        }

        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }

    public void WriteText(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Copies the rest of a stream.</summary>
    public void WriteFrom(Stream source)
    {
        Flush();
        while (true)
        {
            int read = source.Read(_buffer);
            if (read == 0) return;
            Send(_buffer.AsSpan(0, read));
        }
    }

    public void Flush()
    {
        int used = _used;
        _used = 0;
        if (used > 0) Send(_buffer.AsSpan(0, used));
    }

    /// <summary>Flushes; what a failed command found until then is worth seeing.</summary>
    public void Dispose()
    {
        if (!_isClosed) Flush();
        _stream.Dispose();
    }

    // The console's own stream is deaf to a closed pipe, and a scan would go on for nobody. A file
    // stream hears of it; but for files it keeps an offset of its own, which programs that share
    // the file would write over, so only pipes get one.
    private static Stream OpenStandard()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
            return Console.OpenStandardOutput();
        FileStream pipe = new(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, 0);
        if (!pipe.CanSeek) return pipe;
        pipe.Dispose();
        return Console.OpenStandardOutput();
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _stream.Write(bytes);
            _stream.Flush();
        }
        catch (IOException e) when (e.HResult == BrokenPipe)
        {
            _isClosed = true;
            throw new OutputClosedException();
        }
        catch
        {
            _isClosed = true;
            throw;
        }
    }
}
