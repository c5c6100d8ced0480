namespace KvCow.Tests.Schedules.Scheduling;

/// <summary>Which places a scenario reaches, and how often, when its threads do not mix.</summary>
/// <param name="runs">How many runs are noted.</param>
internal sealed class PlaceProfile(int runs)
{
    private readonly Dictionary<string, int> _visits = [];
    private readonly List<string> _places = [];

    private int _noted;

    public IReadOnlyCollection<string> Places => _places;

    /// <summary>Places reached by one run.</summary>
    public int Steps => (_noted / runs) + 1;

    public void Note(string place)
    {
        _noted++;
        if (_visits.TryGetValue(place, out int visits))
        {
            _visits[place] = visits + 1;
            return;
        }

        _places.Add(place);
        _visits.Add(place, 1);
    }

    /// <summary>Any visit of any place; each place is as likely as the others.</summary>
    public (string Place, int Visit) Draw(Random random)
    {
        string place = _places[random.Next(_places.Count)];
        return (place, random.Next((_visits[place] / runs) + 1) + 1);
    }
}
