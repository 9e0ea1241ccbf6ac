//! Who was concerned, without saying who: a Merkle root over one salted commitment a person. Whoever holds the salt
//! and the answer can show that a person was among them, and, as the commitments are in order, that one was not.

use audit_log::{Hash, Tree, leaf_hash};
use data_encoding::HEXLOWER;
use domain::{Randomness, SubjectId, ambient::random_bytes, audit::Concerned};

/// Commits to the people of a query. Their order does not matter, nor how often each comes.
pub(crate) fn commit_to(mut people: Vec<SubjectId>, randomness: &dyn Randomness) -> Concerned {
    let salt: [u8; 16] = random_bytes(randomness);
    people.sort_unstable();
    people.dedup();
    let root = root(&salt, &people);
    Concerned { people: people.len() as u64, salt: HEXLOWER.encode(&salt), root: root.to_base64() }
}

fn root(salt: &[u8; 16], people: &[SubjectId]) -> Hash {
    let mut commitments: Vec<Hash> = people.iter().map(|person| commitment(salt, *person)).collect();
    commitments.sort_unstable();
    let mut tree = Tree::empty();
    for commitment in commitments {
        tree.append(commitment);
    }
    tree.root()
}

/// The commitment to one person: the leaf hash (RFC 9162) of the salt and the id.
fn commitment(salt: &[u8; 16], person: SubjectId) -> Hash {
    let mut entry = [0; 32];
    entry[..16].copy_from_slice(salt);
    entry[16..].copy_from_slice(person.as_bytes());
    leaf_hash(&entry)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use audit_log::{Hash, Tree, leaf_hash, node_hash};
    use domain::{Randomness, SubjectId};

    use super::{commit_to, commitment};

    struct Sevens;

    impl Randomness for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    fn person(number: u128) -> SubjectId {
        SubjectId::from_bytes(number.to_be_bytes())
    }

    #[test]
    fn the_root_is_over_each_person_once_in_the_order_of_the_commitments() {
        let mut leaves = [1, 2].map(|number| leaf_hash(&[[7; 16], *person(number).as_bytes()].concat()));
        leaves.sort_unstable();
        let expected = node_hash(leaves[0], leaves[1]).to_base64();
        for people in [vec![1, 2], vec![2, 1], vec![2, 1, 2, 1]] {
            let concerned = commit_to(people.into_iter().map(person).collect(), &Sevens);
            assert_eq!((concerned.people, concerned.root.as_str()), (2, expected.as_str()));
            assert_eq!(concerned.salt, "07".repeat(16));
        }
        assert_eq!(commit_to(Vec::new(), &Sevens).root, Hash::of_empty_tree().to_base64());
    }

    #[test]
    fn a_person_is_shown_to_be_among_them() {
        let people: Vec<SubjectId> = (0..100).map(person).collect();
        let concerned = commit_to(people.clone(), &Sevens);
        let mut leaves: Vec<Hash> = people.iter().map(|one| commitment(&[7; 16], *one)).collect();
        leaves.sort_unstable();
        assert!(leaves.contains(&commitment(&[7; 16], person(42))));
        assert!(!leaves.contains(&commitment(&[7; 16], person(4_200))));
        let mut tree = Tree::empty();
        for leaf in leaves {
            tree.append(leaf);
        }
        assert_eq!(tree.root().to_base64(), concerned.root);
    }

    #[test]
    #[ignore = "a measurement, which says something only when optimised and nothing else runs"]
    fn measure_four_thousand_people() {
        for _ in 0..5 {
            let people: Vec<SubjectId> =
                (0..4_000).map(|number: u128| person(number * 0x9e37_79b9)).collect();
            let start = Instant::now();
            let concerned = commit_to(people, &Sevens);
            println!("{} people in {:?}", concerned.people, start.elapsed());
        }
    }
}
