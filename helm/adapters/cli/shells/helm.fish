# fish completion for helm

function __helm_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct | string unescape)
    set -l found ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        # After `--db=` a file's name begins.
        set -l option (string match -r '^--[^=]*=' -- "$current")
        __fish_complete_path (string sub -s (math 1 + (string length -- "$option")) -- "$current") |
            string replace -r '^' -- "$option"
    end
end

# -k keeps helm's order, in which the newest run is first.
complete -c helm -f -k -a '(__helm_complete)'
