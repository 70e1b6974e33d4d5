# bash completion for helm

_helm_completion() {
    local line value word quote="" words=()
    for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
        case $word in
            [\"\']*) quote=${word:0:1} word=${word:1} word=${word%"$quote"} ;;
            *) quote="" word=${word//\\/} ;;
        esac
        words+=("$word")
    done
    COMPREPLY=()
    while IFS= read -r line; do
        value=${line%%$'\t'*}
        # A quotation mark that is still open stays before what is offered, and bash closes it.
        case $quote in
            \") value=$(sed 's/[\\"$`]/\\&/g' <<<"$value") ;;
            \') value=$(sed "s/'/'\\\\''/g; s/''$/'/" <<<"$value") ;; # no second mark is put at the end
            *) printf -v value %q "$value" ;;
        esac
        COMPREPLY+=("$value")
    done < <("${1/#\~/$HOME}" __complete "${words[@]}" 2>/dev/null)
}

# Where helm offers nothing, files are offered. The newest run stays first where bash is 4.4 or later.
complete -o default -o nosort -F _helm_completion helm 2>/dev/null ||
    complete -o default -F _helm_completion helm
