#!/usr/bin/env bash
# Branch coverage of src/Engine and src/Buckets by the suites named (if none is, all but Schedules and
# Mutants, which compile an engine of their own), and the lines with a throw that no test reached.
# Not part of the gate. What suites reached that were run before, at the same source, is joined:
# artifacts/coverage keeps it. All runs of one measurement with CI=true, or all without.
# usage: tests/coverage.sh [SUITE ...]
set -e -u -o pipefail
cd "$(dirname "$0")/.."
suites=("$@")
[ ${#suites[@]} -gt 0 ] || suites=(Unit Properties Concurrency Crash Documents Cli)
out=artifacts/coverage
mkdir -p "$out"
for suite in "${suites[@]}"; do
    echo "== $suite"
    rm -rf "${out:?}/$suite"
    # Restored anew: the collector is a package of these builds only.
    dotnet test "tests/$suite" -c Debug -p:Coverage=true -p:Optimize=true -p:RunAnalyzers=false \
        --collect "XPlat Code Coverage" --settings tests/coverage.runsettings \
        --results-directory "$out/$suite" || echo "A test failed: what follows is of the others."
done

tool=artifacts/tools/reportgenerator
[ -x "$tool" ] || dotnet tool install dotnet-reportgenerator-globaltool --tool-path artifacts/tools
"$tool" "-reports:$out/*/*/coverage.opencover.xml" "-targetdir:$out/report" \
    "-reporttypes:TextSummary;Cobertura" > /dev/null
sed -n '1,20p' "$out/report/Summary.txt"

echo "Throw sites that no test reached:"
grep -o 'filename="[^"]*"\|<line number="[0-9]*" hits="0"' "$out/report/Cobertura.xml" \
    | sed 's/^filename="\(.*\)"$/F \1/; s/^<line number="\([0-9]*\)".*/L \1/' \
    | while read -r kind value; do
        if [ "$kind" = F ]; then file=$value; else
            [ -f "$file" ] || continue
            text=$(sed -n "${value}p" "$file")
            case $text in *throw*|*Throw.*) echo "${file#"$PWD/"}:$value:$text" ;; esac
        fi
    done | sort -u | tee "$out/throws.txt" | wc -l
