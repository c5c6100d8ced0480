using System.Text;

namespace KvCow.Cli.Shell;

/// <summary>
/// Splits a statement into words: at white space, but not within <c>"..."</c> or <c>'...'</c>. In
/// double quotes <c>\"</c> and <c>\\</c> stand for the second character.
/// </summary>
internal static class StatementWords
{
    /// <exception cref="UsageException">A quote is not closed.</exception>
    public static List<string> Split(string statement)
    {
        List<string> words = [];
        StringBuilder word = new();
        bool isInWord = false;
        for (int i = 0; i < statement.Length; i++)
        {
            char c = statement[i];
            if (char.IsWhiteSpace(c))
            {
                if (isInWord) words.Add(word.ToString());
                word.Clear();
                isInWord = false;
                continue;
            }

            // The quotes of X'00cafe' are part of the word.
            bool isHex = c == '\'' && word.Length > 0 && word[0] is 'X' or 'x'
                && (word.Length == 1 || word[1] == '\'');
            isInWord = true;
            if (c == '"' || (c == '\'' && !isHex)) i = AppendQuoted(statement, i, word);
            else word.Append(c);
        }

        if (isInWord) words.Add(word.ToString());
        return words;
    }

    /// <summary>Appends what is quoted; returns the index of the closing quote.</summary>
    private static int AppendQuoted(string statement, int start, StringBuilder word)
    {
        char quote = statement[start];
        for (int i = start + 1; i < statement.Length; i++)
        {
            char c = statement[i];
            if (c == quote) return i;
            bool isEscape = quote == '"' && c == '\\' && i + 1 < statement.Length
                && statement[i + 1] is '"' or '\\';
            word.Append(isEscape ? statement[++i] : c);
        }

        throw new UsageException($"A {quote} is not closed.");
    }
}
