// Answers questions about checkpoints and proofs with golang.org/x/mod/sumdb, the verifier of Go's checksum database: a
// line of JSON for each question, "true" or "false" for the answer.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A question. With Old it is whether Note continues Old, otherwise whether Entry stands at Index in the tree of Note.
type question struct {
	Old, Note, Key, Entry []byte
	Index                 int64
	Hashes                [][]byte
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked question
		if err := json.Unmarshal(line, &asked); err != nil {
			panic(err)
		}
		fmt.Println(answer(asked) == nil)
	}
}

func answer(asked question) error {
	tree, err := open(asked.Note, asked.Key)
	if err != nil {
		return err
	}
	hashes := make([]tlog.Hash, len(asked.Hashes))
	for place, bytes := range asked.Hashes {
		if len(bytes) != tlog.HashSize {
			return fmt.Errorf("a hash of %d bytes", len(bytes))
		}
		copy(hashes[place][:], bytes)
	}
	if asked.Old == nil {
		return tlog.CheckRecord(hashes, tree.N, tree.Hash, asked.Index, tlog.RecordHash(asked.Entry))
	}
	old, err := open(asked.Old, asked.Key)
	if err != nil {
		return err
	}
	return tlog.CheckTree(hashes, tree.N, tree.Hash, old.N, old.Hash)
}

// Verifies a checkpoint and reads its three lines.
func open(signed, key []byte) (tree tlog.Tree, err error) {
	verifier, err := note.NewVerifier(string(key))
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		return tree, fmt.Errorf("no checkpoint of %s", verifier.Name())
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}
