using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace KvCow.Tests.Support;

/// <summary>Prints what an assembly shows to its users, one line a member, sorted.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic
        | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    public static string Print(Assembly assembly)
    {
        StringBuilder text = new();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(t => t.FullName, Order))
        {
            text.Append(TypeLine(type)).Append('\n');
            foreach (string member in Members(type))
            {
                text.Append("    ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    private static StringComparer Order => StringComparer.Ordinal;

    private static string TypeLine(Type type)
    {
        string kind = type.IsEnum ? "enum"
            : type.BaseType == typeof(MulticastDelegate) ? "delegate"
            : type.IsValueType ? (type.IsByRefLike ? "ref struct" : "struct")
            : type.IsInterface ? "interface"
            : type.IsAbstract && type.IsSealed ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class" : "class";
        Type[] inherited = type.BaseType?.GetInterfaces() ?? [];
        IEnumerable<string> parents = type.GetInterfaces().Except(inherited)
            .Where(i => i.IsPublic).Select(Name).Order(Order);
        if (type.IsClass && type.BaseType != typeof(object))
        {
            parents = parents.Prepend(Name(type.BaseType!));
        }

        string list = type.IsEnum ? "" : string.Join(", ", parents);
        return $"{kind} {type.Namespace}.{Name(type)}{(list.Length == 0 ? "" : " : " + list)}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetValues(type).Cast<object>().Select(value => string.Create(
                CultureInfo.InvariantCulture, $"{value} = {Convert.ToInt64(value, null)}"));
        }

        return type.GetMembers(Declared)
            .Where(member => !member.IsDefined(typeof(CompilerGeneratedAttribute)))
            .Select(member => (member.Name, Line: Line(member)))
            .Where(member => member.Line is not null)
            .OrderBy(member => member.Name, Order)
            .ThenBy(member => member.Line, Order)
            .Select(member => member.Line!); // The nulls were left out above.
    }

    private static string? Line(MemberInfo member) => member switch
    {
        FieldInfo field when IsVisible(field.Attributes) =>
            $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}"
            + $"{Name(field.FieldType)} {field.Name}",
        ConstructorInfo made when IsVisible(made) => $"new({Parameters(made)})",
        PropertyInfo property => Line(property),
        MethodInfo method when IsVisible(method) && (!method.IsSpecialName
            || method.Name.StartsWith("op_", StringComparison.Ordinal)) => Line(method),
        _ => null,
    };

    private static string? Line(PropertyInfo property)
    {
        MethodInfo? get = property.GetMethod is { } g && IsVisible(g) ? g : null;
        MethodInfo? set = property.SetMethod is { } s && IsVisible(s) ? s : null;
        if (get is null && set is null) return null;
        bool isInit = set?.ReturnParameter.GetRequiredCustomModifiers()
            .Contains(typeof(IsExternalInit)) ?? false;
        string accessors = (get is null ? "" : "get; ")
            + (set is null ? "" : isInit ? "init; " : "set; ");
        string mark = Mark(Nullability.Create(property).ReadState, property.PropertyType);
        return $"{Modifiers(get ?? set!)}{Name(property.PropertyType)}{mark} {property.Name} "
            + $"{{ {accessors}}}";
    }

    private static string Line(MethodInfo method)
    {
        string mark = Mark(
            Nullability.Create(method.ReturnParameter).ReadState, method.ReturnType);
        return $"{Modifiers(method)}{Name(method.ReturnType)}{mark} {method.Name}"
            + $"{Generics(method.IsGenericMethod ? method.GetGenericArguments() : [])}"
            + $"({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(parameter =>
        {
            Type type = parameter.ParameterType;
            string way = !type.IsByRef ? "" : parameter.IsOut ? "out "
                : parameter.IsIn ? "in " : "ref ";
            if (type.IsByRef) type = type.GetElementType()!;
            string mark = Mark(Nullability.Create(parameter).ReadState, type);
            string otherwise = !parameter.HasDefaultValue ? ""
                : $" = {parameter.DefaultValue ?? "default"}";
            return $"{way}{Name(type)}{mark} {parameter.Name}{otherwise}";
        }));

    private static string Mark(NullabilityState state, Type type) =>
        state == NullabilityState.Nullable && !type.IsValueType && !type.IsGenericParameter
            ? "?"
            : "";

    private static string Modifiers(MethodInfo method) => method.IsStatic ? "static "
        : method.IsAbstract ? "abstract "
        : method.IsVirtual && !method.IsFinal
            ? (method.GetBaseDefinition() == method ? "virtual " : "override ")
        : "";

    private static bool IsVisible(MethodBase method) =>
        method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsVisible(FieldAttributes attributes) =>
        (attributes & FieldAttributes.FieldAccessMask)
            is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;

    private static string Generics(Type[] arguments) =>
        arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(Name))}>";

    private static string Name(Type type)
    {
        if (type.IsArray) return Name(type.GetElementType()!) + "[]";
        if (Nullable.GetUnderlyingType(type) is { } inner) return Name(inner) + "?";
        if (Keywords.TryGetValue(type, out string? keyword)) return keyword;
        string name = type.Name;
        int tick = name.IndexOf('`', StringComparison.Ordinal);
        if (tick >= 0) name = name[..tick];
        return name + Generics(type.IsGenericParameter ? [] : type.GetGenericArguments());
    }
}
