# bash completion for helm

_helm_completion() {
    local line value words=("${COMP_WORDS[@]:1:COMP_CWORD}")
    COMPREPLY=()
    while IFS= read -r line; do
        printf -v value %q "${line%%$'\t'*}"
        COMPREPLY+=("$value")
    done < <("${1/#\~/$HOME}" __complete "${words[@]//\\/}" 2>/dev/null)
}

# Where helm offers nothing, files are offered. The newest run stays first where bash is 4.4 or later.
complete -o default -o nosort -F _helm_completion helm 2>/dev/null ||
    complete -o default -F _helm_completion helm
