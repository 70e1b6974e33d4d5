#compdef helm
# zsh completion for helm

_helm() {
    local line
    local -a entries
    for line in "${(@f)$(${~words[1]} __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
        [[ -n $line ]] && entries+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    done
    # In helm's order, in which the newest run is first.
    if (( $#entries )); then
        _describe -V helm entries
    else
        _files
    fi
}

# Loaded by compinit from a folder of fpath it is the function itself; elsewhere it makes it known.
if [[ $funcstack[1] == _helm ]]; then
    _helm "$@"
else
    compdef _helm helm
fi
