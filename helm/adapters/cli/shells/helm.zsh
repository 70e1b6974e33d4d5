#compdef helm
# zsh completion for helm

_helm() {
    local line value
    local -a before found values shown
    local -i width=0
    # PREFIX is what was typed of the word, without a quotation mark that is still open.
    before=("${(@Q)words[2,CURRENT-1]}")
    found=("${(@f)$(${~words[1]} __complete "${before[@]}" "${(Q)PREFIX}" 2>/dev/null)}")
    values=("${(@)found%%$'\t'*}")
    if [[ -z $found[1] ]]; then
        [[ $PREFIX == --*=* ]] && compset -P '*='
        _files
        return
    fi
    for value in "${values[@]}"; do
        (( $#value > width )) && width=$#value
    done
    for line in "${found[@]}"; do
        value=${(r:width:)${line%%$'\t'*}}
        line=${line#*$'\t'}
        shown+=("${${:-$value${line:+  -- $line}}[1,COLUMNS-1]}")
    done
    # Not _describe, which sorts those of one meaning: in helm's order the newest run is first.
    compadd -V helm -l -d shown -a values
}

# Loaded by compinit from a folder of fpath it is the function itself; elsewhere it makes it known.
if [[ $funcstack[1] == _helm ]]; then
    _helm "$@"
else
    compdef _helm helm
fi
