using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;

namespace KvCow.Engine.Storage;

/// <summary>Failures of the storage, each told with path, operation, place and reason.</summary>
internal static class Throw
{
    /// <summary>A system call failed; <paramref name="error"/> is its error number.</summary>
    [DoesNotReturn]
    public static void Failed(string operation, string path, int error) =>
        throw Failure(operation, path, "", error);

    /// <summary>A system call failed at an offset of the file.</summary>
    [DoesNotReturn]
    public static void Failed(string operation, string path, long offset, int error) =>
        throw Failure(
            operation,
            path,
            string.Create(CultureInfo.InvariantCulture, $" at offset {offset}"),
            error);

    /// <summary>A write took no byte and gave no error; to try again could last for ever.</summary>
    [DoesNotReturn]
    public static void NothingWritten(string path, long offset) =>
        throw new IOException(string.Create(
            CultureInfo.InvariantCulture,
            $"Cannot write {path} at offset {offset}: the system took no byte."));

    [DoesNotReturn]
    public static void NotRegular(string path) =>
        throw new IOException($"Cannot open {path}: it is not a regular file.");

    private static IOException Failure(string operation, string path, string place, int error)
    {
        string reason = Marshal.GetPInvokeErrorMessage(error);
        string message = $"Cannot {operation} {path}{place}: {reason} (error {error}).";
        if (SystemErrors.Own.IsFull(error)) return new StorageFullException(message);
        if (SystemErrors.Own.IsMissing(error)) return new FileNotFoundException(message, path);
        return new IOException(message, error);
    }
}
