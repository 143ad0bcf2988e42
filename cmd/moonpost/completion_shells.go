package main

import (
	"fmt"
	"strings"
)

// batchNames prints the batches of the store, where there is one.
const batchNames = "moonpost batch list --names 2>/dev/null"

// bashCompletion completes commands, flags, the values of enumerated flags,
// and files for everything else.
func bashCompletion(commands []completedCommand) string {
	var b strings.Builder
	b.WriteString("# bash completion for moonpost\n_moonpost() {\n" +
		"  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} words= flags= files=\n" +
		"  COMPREPLY=()\n" +
		"  if [ \"$COMP_CWORD\" = 1 ]; then\n")
	fmt.Fprintf(&b, "    COMPREPLY=($(compgen -W '%s' -- \"$cur\"))\n    return\n  fi\n  case $command in\n", strings.Join(commandNames(commands), " "))
	for _, command := range commands {
		fmt.Fprintf(&b, "  %s)\n    words='%s' flags='%s' files=%s\n", command.name, strings.Join(command.words, " "), strings.Join(flagSpellings(command), " "),
			map[bool]string{true: "yes"}[command.files])
		if command.batches {
			b.WriteString("    [ \"$COMP_CWORD\" -gt 2 ] && words=$(" + batchNames + ")\n")
		}
		b.WriteString(bashValues(command))
		b.WriteString("    ;;\n")
	}
	b.WriteString("  esac\n" +
		"  case $cur in\n" +
		"  -*) COMPREPLY=($(compgen -W \"$flags\" -- \"$cur\")) ;;\n" +
		"  *) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\") ${files:+$(compgen -f -- \"$cur\")}) ;;\n" +
		"  esac\n}\n" +
		"complete -o filenames -F _moonpost moonpost\n")
	return b.String()
}

// bashValues completes what stands after a flag that takes a value.
func bashValues(command completedCommand) string {
	var lists strings.Builder
	var files []string
	for _, flag := range command.flags {
		spellings := []string{flag.spelling()}
		if flag.short != 0 {
			spellings = append(spellings, "-"+string(flag.short))
		}
		switch {
		case flag.values != nil:
			fmt.Fprintf(&lists, "    %s) COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return ;;\n", strings.Join(spellings, "|"), strings.Join(flag.values, " "))
		case flag.takesValue:
			files = append(files, spellings...)
		}
	}
	if files != nil {
		fmt.Fprintf(&lists, "    %s) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n", strings.Join(files, "|"))
	}
	if lists.Len() == 0 {
		return ""
	}
	return "    case $prev in\n" + lists.String() + "    esac\n"
}

// zshCompletion shows the help of commands and flags beside them.
func zshCompletion(commands []completedCommand) string {
	var b strings.Builder
	b.WriteString("#compdef moonpost\n# zsh completion for moonpost\n_moonpost() {\n  local -a commands\n  commands=(\n")
	for _, command := range commands {
		fmt.Fprintf(&b, "    %s\n", quoteShell(command.name+":"+command.help))
	}
	b.WriteString("  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n  case ${words[2]} in\n")
	for _, command := range commands {
		fmt.Fprintf(&b, "  %s)\n    _arguments '1:command:' \\\n", command.name)
		for _, flag := range command.flags {
			fmt.Fprintf(&b, "      %s \\\n", quoteShell(zshFlag(flag)))
		}
		fmt.Fprintf(&b, "      %s\n    ;;\n", quoteShell(zshWords(command)))
	}
	b.WriteString("  esac\n}\ncompdef _moonpost moonpost\n")
	return b.String()
}

// zshWords is what may be the command's argument, in the language of _arguments.
func zshWords(command completedCommand) string {
	words := "*: :{_alternative 'words:word:(" + strings.Join(command.words, " ") + ")'"
	if command.batches {
		words += "; compadd -- ${(f)\"$(" + batchNames + ")\"}"
	}
	if command.files {
		words += " 'files:file:_files'"
	}
	return words + "}"
}

// zshFlag is a flag in the language of _arguments.
func zshFlag(flag completedFlag) string {
	help := strings.NewReplacer("[", "(", "]", ")", ":", ",").Replace(flag.help)
	spec := flag.spelling()
	if !flag.takesValue {
		return spec + "[" + help + "]"
	}
	if flag.values != nil {
		return spec + "=[" + help + "]: :(" + strings.Join(flag.values, " ") + ")"
	}
	return spec + "=[" + help + "]: :_files"
}

// fishCompletion shows the help of commands and flags beside them.
func fishCompletion(commands []completedCommand) string {
	var b strings.Builder
	b.WriteString("# fish completion for moonpost\n")
	for _, command := range commands {
		fmt.Fprintf(&b, "complete -c moonpost -n __fish_use_subcommand -f -a %s -d %s\n", command.name, quoteShell(command.help))
		within := "complete -c moonpost -n " + quoteShell("__fish_seen_subcommand_from "+command.name)
		if !command.files {
			fmt.Fprintf(&b, "%s -f\n", within)
		}
		if command.words != nil {
			fmt.Fprintf(&b, "%s -a %s\n", within, quoteShell(strings.Join(command.words, " ")))
		}
		if command.batches {
			fmt.Fprintf(&b, "%s -a %s\n", within, quoteShell("("+batchNames+")"))
		}
		for _, flag := range command.flags {
			fmt.Fprintf(&b, "%s -l %s%s -d %s\n", within, flag.name, fishValue(flag), quoteShell(flag.help))
		}
	}
	return b.String()
}

// fishValue says how a flag's short form and value are completed.
func fishValue(flag completedFlag) string {
	var spec string
	if flag.short != 0 {
		spec = " -s " + string(flag.short)
	}
	switch {
	case flag.values != nil:
		spec += " -x -a " + quoteShell(strings.Join(flag.values, " "))
	case flag.takesValue:
		spec += " -r"
	}
	return spec
}

func commandNames(commands []completedCommand) []string {
	var names []string
	for _, command := range commands {
		names = append(names, command.name)
	}
	return names
}

func flagSpellings(command completedCommand) []string {
	var names []string
	for _, flag := range command.flags {
		names = append(names, flag.spelling())
	}
	return names
}

// quoteShell puts a text into single quotes, for all three shells.
func quoteShell(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
